#ifndef CDM_VISION_KERNELS_H
#define CDM_VISION_KERNELS_H

#include "sendable.h"
#include <stddef.h>

/// Convolution, pooling, resampling, normalisation and attention on feature maps `[n, h, w, c]`.
typedef struct DM_SENDABLE dm_vision_kernels {
    /// z[r, :] = x[r, :] + bias
    void (*add_bias)(const void *x, const void *bias, void *z, size_t rows, size_t columns);
} dm_vision_kernels;

#endif
