#ifndef CDM_CONVOLUTION_KERNELS_H
#define CDM_CONVOLUTION_KERNELS_H

#include "sendable.h"
#include <stdbool.h>
#include <stddef.h>

/// Taps of a convolution that lie side by side in a row of the source.
typedef struct dm_tap_run {
    /// Where the first tap lies, in source pixels from the position's own.
    ptrdiff_t row, column;
    /// How many taps there are.
    ptrdiff_t taps;
} dm_tap_run;

/// A sum over taps at each position of a grid, for one group of channels.
///
/// Position (r, c) of an image reads the source pixels (r row_step + tap.row, c column_step +
/// tap.column), zero outside the image, and makes the result pixel (result_row + r result_row_step,
/// result_column + c result_column_step). Forward convolution and every phase of the gradient of its
/// input are of this form. Positions are counted row by row, image by image.
typedef struct dm_convolution {
    ptrdiff_t source_height, source_width, source_channels;
    ptrdiff_t result_height, result_width, result_channels;
    /// The grid of positions in one image.
    ptrdiff_t rows, columns;
    ptrdiff_t row_step, column_step;
    ptrdiff_t result_row, result_column, result_row_step, result_column_step;
    /// The channels of the group, in the source and in the result.
    ptrdiff_t first_source_channel, group_source_channels, first_result_channel, group_result_channels;
    const dm_tap_run *runs;
    ptrdiff_t run_count;
    /// Whether position p reads source pixel p alone and makes result pixel p.
    bool is_pointwise;
} dm_convolution;

/// A block of the gradient of the weights: `rows` of the (tap, source channel) rows, whole runs where
/// a run has several taps, and `columns` of the group's result channels, at most eight panels.
typedef struct dm_weight_block {
    ptrdiff_t first_row, rows, first_column, columns;
} dm_weight_block;

/// Convolution of `float` or `double` feature maps `[n, h, w, c]` with weights `[kh, kw, c, o]`.
typedef struct DM_SENDABLE dm_convolution_kernels {
    /// Makes the results of positions `first ..< first + count` from weights packed by `pack` of `dm_matrix_kernels`.
    void (*convolve)(
        const dm_convolution *plan, const void *source, const void *packed, void *result, size_t first, size_t count);
    /// Sets a block of the gradient of the weights, summed over positions `first ..< first + count`.
    void (*weight_gradient)(
        const dm_convolution *plan, const dm_weight_block *block, const void *source, const void *result_gradient, void *weight_gradient,
        size_t first, size_t count);
    /// z[i] += Σ_p x[p count + i] for `first ..< last` of `count` numbers, part by part.
    void (*add_parts)(const void *x, void *z, size_t parts, size_t count, size_t first, size_t last);
    /// Depthwise: makes the results of positions `first ..< first + count`; weights are [tap, channel].
    void (*convolve_depthwise)(
        const dm_convolution *plan, const void *source, const void *weights, void *result, size_t first, size_t count);
    /// Depthwise: sets the gradient of the weights [tap, channel] of channels `first ..< first + channels`, summed over `count` positions.
    void (*weight_gradient_depthwise)(
        const dm_convolution *plan, const void *source, const void *result_gradient, void *weight_gradient, size_t count, size_t first,
        size_t channels);
} dm_convolution_kernels;

#endif
