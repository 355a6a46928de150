#ifndef CDM_RANDOM_KERNELS_H
#define CDM_RANDOM_KERNELS_H

#include "sendable.h"
#include <stddef.h>
#include <stdint.h>

/// A stream of Philox4x32-10: its block number i is the cipher of the counter (i, stream) under the key.
typedef struct DM_SENDABLE dm_random_stream {
    uint64_t key, stream;
} dm_random_stream;

/// Random numbers of `float` or `double`, from the start of block `first` on.
typedef struct DM_SENDABLE dm_random_kernels {
    /// Numbers that one block of four words makes: 4 floats, 2 doubles.
    size_t per_block;
    /// z[i] = min(low + width * u, last) with u in [0, 1), of 24 or 53 random bits.
    void (*uniform)(
        dm_random_stream stream, uint64_t first, double low, double width, double last, void *z, size_t count);
    /// Standard normal numbers, made in pairs (Box and Muller).
    void (*normal)(dm_random_stream stream, uint64_t first, void *z, size_t count);
} dm_random_kernels;

#endif
