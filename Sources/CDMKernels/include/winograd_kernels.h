#ifndef CDM_WINOGRAD_KERNELS_H
#define CDM_WINOGRAD_KERNELS_H

#include "sendable.h"
#include <stdbool.h>
#include <stddef.h>

/// A convolution by a kernel of 3x3 with stride 1, in tiles of `tile` x `tile` results.
///
/// Result pixel (r, c) reads the source pixels (r + i row_step − row_padding, c + j column_step −
/// column_padding), i, j < 3, zero outside the image. With a step (dilation) above 1 a tile's results lie
/// that far apart as well: the pixels of one phase are an image of their own. Tiles are counted row by row,
/// phase by phase, image by image.
typedef struct dm_winograd {
    ptrdiff_t source_height, source_width, source_channels;
    ptrdiff_t result_height, result_width, result_channels;
    ptrdiff_t row_padding, column_padding, row_step, column_step;
    /// 2 or 4.
    ptrdiff_t tile;
    /// The tiles of one phase.
    ptrdiff_t tile_rows, tile_columns;
} dm_winograd;

/// The source channels and the result channels whose weights' gradient is one job.
typedef struct dm_winograd_block {
    ptrdiff_t first_row, rows, first_column, columns;
} dm_winograd_block;

/// Winograd's minimal filtering of `float` or `double` feature maps `[n, h, w, c]` with weights `[3, 3, c, o]`.
///
/// Transformed weights are (tile + 2)² right-hand matrices, packed as `pack` of `dm_matrix_kernels` does it.
typedef struct DM_SENDABLE dm_winograd_kernels {
    /// The tiles that are best handed over at a time.
    size_t (*block_tiles)(const dm_winograd *plan);
    /// The bytes of scratch that `convolve` and `weight_sums` need.
    size_t (*scratch)(const dm_winograd *plan);
    /// Transforms source channels `first ..< last` of the weights; `transposed` for the gradient of the input, whose
    /// source has the weights' output channels.
    void (*transform_weights)(
        const dm_winograd *plan, const void *weights, bool transposed, void *packed, size_t first, size_t last);
    /// Makes the results of tiles `first ..< first + count`.
    void (*convolve)(
        const dm_winograd *plan, const void *source, const void *packed, void *result, void *scratch, size_t first, size_t count);
    /// Sets the transformed gradient of the weights, [(tile + 2)², source channels, result channels], summed over some tiles.
    void (*weight_sums)(
        const dm_winograd *plan, const void *source, const void *result_gradient, void *sums, void *scratch, size_t first,
        size_t count);
    /// Elements `first ..< last` of each tap's weight gradient, from the sums of several parts in their order.
    void (*weight_gradient)(const dm_winograd *plan, const void *sums, size_t parts, void *gradient, size_t first, size_t last);

    // The same for many channels and few tiles: all tiles are transformed first, then jobs share out the channels.

    /// The elements that all transformed tiles take, of sources or of gradients of results.
    size_t (*transformed)(const dm_winograd *plan, size_t channels, size_t tiles);
    /// Transforms tiles `first ..< last` of `tiles` sources.
    void (*transform_sources)(
        const dm_winograd *plan, const void *source, void *transformed, size_t tiles, size_t first, size_t last);
    /// Transforms tiles `first ..< last` of `tiles` gradients of results.
    void (*transform_gradients)(
        const dm_winograd *plan, const void *result_gradient, void *transformed, size_t tiles, size_t first, size_t last);
    /// The bytes of scratch that `convolve_columns` needs.
    size_t (*column_scratch)(const dm_winograd *plan, size_t tiles, size_t columns);
    /// Makes result channels `first ..< first + count`, which begin a panel, of all tiles.
    void (*convolve_columns)(
        const dm_winograd *plan, const void *transformed, size_t tiles, const void *weights, bool transposed, void *result,
        void *scratch, size_t first, size_t count);
    /// The bytes of scratch that `weight_block` needs.
    size_t (*weight_scratch)(const dm_winograd *plan, dm_winograd_block largest);
    /// Sets the weight gradient of a block: its rows are source channels, its columns result channels that begin a
    /// panel.
    void (*weight_block)(
        const dm_winograd *plan, const void *sources, const void *gradients, size_t tiles, void *weight_gradient, void *scratch,
        dm_winograd_block block);
} dm_winograd_kernels;

#endif
