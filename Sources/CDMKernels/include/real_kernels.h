#ifndef CDM_REAL_KERNELS_H
#define CDM_REAL_KERNELS_H

#include "sendable.h"
#include <stddef.h>

/// Element-wise computations and reductions of `float` or `double`.
typedef struct DM_SENDABLE dm_real_kernels {
    /// z[i] = x[i] + y[i]
    void (*add)(const void *x, const void *y, void *z, size_t count);
} dm_real_kernels;

#endif
