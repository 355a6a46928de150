#ifndef CDM_LINEAR_KERNELS_H
#define CDM_LINEAR_KERNELS_H

#include "sendable.h"
#include <stdbool.h>
#include <stddef.h>

/// Two affine maps with a GELU between them: z = gelu(x A + a) B + b.
///
/// Matrices are packed by `pack` of `dm_matrix_kernels`; the transposed ones serve the gradient alone.
typedef struct dm_feed_forward {
    size_t inputs, hidden, outputs;
    const void *first, *first_bias, *second, *second_bias;
    const void *transposed_first, *transposed_second;
    /// Whether x is added to z, which then has as many columns.
    bool adds_input;
} dm_feed_forward;

/// Linear layers of `float` or `double`, for some rows of x. `pack` and `multiply` of `dm_matrix_kernels` make an affine map.
typedef struct DM_SENDABLE dm_linear_kernels {
    /// The bytes of scratch that `map_sums` needs.
    size_t (*map_scratch)(size_t outputs);
    /// Sets the sums over rows xᵀ g, [inputs, outputs], and behind them those of g, [outputs].
    void (*map_sums)(
        const void *x, const void *gradient, void *sums, size_t rows, size_t inputs, size_t outputs, void *scratch);
    /// The bytes of scratch that `feed_forward` and its gradient need.
    size_t (*feed_forward_scratch)(const dm_feed_forward *layer);
    /// z from x. What lies between never leaves the cache.
    void (*feed_forward)(const dm_feed_forward *layer, const void *x, void *z, size_t rows, void *scratch);
    /// The gradient of x, and the sums over rows that make the gradients of A, a, B and b, one behind the other.
    void (*feed_forward_gradient)(
        const dm_feed_forward *layer, const void *x, const void *gradient, void *dx, void *sums, size_t rows, void *scratch);
} dm_linear_kernels;

#endif
