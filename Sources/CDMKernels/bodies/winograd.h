// Convolution with kernels of 3x3 by Winograd's minimal filtering. See `winograd_kernels.h` for what
// each one means.
//
// Tiles of m x m results come from (m + 2) x (m + 2) sources:  Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A.  The
// products of one point for many tiles and all channels are one matrix product.
//
// Blocks of tiles stay in the second-level cache with all their channels, from the transform to the result. Where
// channels are many, the weights alone are larger than that, and every block would read them all again: there all tiles
// are transformed first, and blocks of channels are worked out with all tiles.
//
// Source: Lavin & Gray, *Fast Algorithms for Convolutional Neural Networks*, CVPR 2016; F(4x4, 3x3) with
// the points 0, ±1, ±2 and infinity.

// Bytes of transformed tiles that stay in the second-level cache; result channels that are transformed back at a time.
#define BLOCK_BYTES ((ptrdiff_t)768 << 10)
#define RESULT_BLOCK (DM_NAME(smaller_index)(64, plan->result_channels))

#include "winograd_transforms.h"

static inline DM_NAME(weights) DM_NAME(weights_of)(const dm_winograd *plan, const void *weights, bool transposed) {
    return (DM_NAME(weights)){weights, plan->source_channels, plan->result_channels, transposed};
}

static void DM_NAME(winograd_weights)(
    const dm_winograd *plan, const void *weights, bool transposed, void *packed, size_t first, size_t last) {
    DM_NAME(weights) all = DM_NAME(weights_of)(plan, weights, transposed);
    if (plan->tile == 2)
        DM_NAME(transform_weight_rows)(2, all, (ptrdiff_t)first, (ptrdiff_t)last, 0, plan->result_channels, packed);
    else DM_NAME(transform_weight_rows)(4, all, (ptrdiff_t)first, (ptrdiff_t)last, 0, plan->result_channels, packed);
}

static inline ptrdiff_t DM_NAME(points_of)(const dm_winograd *plan) { return (plan->tile + 2) * (plan->tile + 2); }

// The tiles whose points, for all source channels and a block of result channels, stay in the
// second-level cache: whole register tiles.
static ptrdiff_t DM_NAME(block_tiles)(const dm_winograd *plan) {
    ptrdiff_t numbers = DM_NAME(points_of)(plan) * (plan->source_channels + RESULT_BLOCK + 1);
    ptrdiff_t fitting = BLOCK_BYTES / (ptrdiff_t)sizeof(REAL) / numbers / DM_TILE_ROWS;
    return DM_TILE_ROWS * DM_NAME(clamped_index)(fitting, 2, 16);
}

static size_t DM_NAME(winograd_block_tiles)(const dm_winograd *plan) { return (size_t)DM_NAME(block_tiles)(plan); }

static size_t DM_NAME(winograd_scratch)(const dm_winograd *plan) {
    ptrdiff_t tiles = DM_NAME(block_tiles)(plan), sources = DM_NAME(point_size)(tiles, plan->source_channels);
    ptrdiff_t results = DM_NAME(point_size)(tiles, DM_NAME(whole_panels)(plan->result_channels));
    return (size_t)(DM_NAME(points_of)(plan) * (sources + results)) * sizeof(REAL);
}

// The results of some tiles and columns. The points of the transformed sources lie `size` apart, those of the packed
// weights `packed_size`.
DM_LINE DM_NAME(convolve_columns)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *sources, ptrdiff_t size, const REAL *packed, ptrdiff_t packed_size,
    REAL *result, REAL *products, ptrdiff_t first, ptrdiff_t count, ptrdiff_t column, ptrdiff_t columns) {
    ptrdiff_t depth = plan->source_channels;
    ptrdiff_t product_size = DM_NAME(point_size)(count, columns), tiles = (count + DM_TILE_ROWS - 1) / DM_TILE_ROWS;
    REAL *targets[DM_TILE_ROWS];
    for (ptrdiff_t point = 0; point < (m + 2) * (m + 2); point++)
        for (ptrdiff_t j = 0; j < columns; j += PANEL) {
            DM_NAME(k_slice) slice = {sources + point * size, packed + point * packed_size + j * depth, depth};
            for (ptrdiff_t t = 0; t < tiles; t++) {
                ptrdiff_t i = DM_NAME(tile_start)(count, tiles, t), height = DM_NAME(tile_start)(count, tiles, t + 1) - i;
                for (ptrdiff_t r = 0; r < height; r++) targets[r] = products + point * product_size + (i + r) * columns;
                DM_NAME(target) target = {targets, DM_NAME(smaller_index)(PANEL, columns - j), false};
                DM_NAME(tile)(height, depth, &slice, 1, i * depth, 0, target, j);
            }
        }
    DM_NAME(transform_results)(m, plan, products, first, count, column, columns, result);
}

DM_LINE DM_NAME(convolve_tiles)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *source, const REAL *packed, REAL *result, REAL *scratch,
    ptrdiff_t first, ptrdiff_t count) {
    ptrdiff_t depth = plan->source_channels, size = DM_NAME(point_size)(count, depth), block = RESULT_BLOCK;
    DM_NAME(transform_sources)(m, plan, source, first, count, count, scratch);
    for (ptrdiff_t column = 0; column < plan->result_channels; column += block)
        DM_NAME(convolve_columns)(
            m, plan, scratch, size, packed + column * depth, DM_NAME(whole_panels)(plan->result_channels) * depth, result,
            scratch + (m + 2) * (m + 2) * size, first, count, column,
            DM_NAME(smaller_index)(block, plan->result_channels - column));
}

static void DM_NAME(winograd_convolve)(
    const dm_winograd *plan, const void *source, const void *packed, void *result, void *scratch, size_t first, size_t count) {
    ptrdiff_t block = DM_NAME(block_tiles)(plan), end = (ptrdiff_t)(first + count);
    for (ptrdiff_t t = (ptrdiff_t)first; t < end; t += block) {
        ptrdiff_t tiles = DM_NAME(smaller_index)(block, end - t);
        if (plan->tile == 2) DM_NAME(convolve_tiles)(2, plan, source, packed, result, scratch, t, tiles);
        else DM_NAME(convolve_tiles)(4, plan, source, packed, result, scratch, t, tiles);
    }
}

DM_LINE DM_NAME(add_tiles)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *source, const REAL *gradient, REAL *sums, REAL *scratch,
    ptrdiff_t first, ptrdiff_t count) {
    ptrdiff_t rows = plan->source_channels, columns = plan->result_channels, points = (m + 2) * (m + 2);
    ptrdiff_t size = DM_NAME(point_size)(count, rows), tiles = (rows + DM_TILE_ROWS - 1) / DM_TILE_ROWS;
    ptrdiff_t gradient_size = DM_NAME(point_size)(count, DM_NAME(whole_panels)(columns));
    REAL *gradients = scratch + points * size, *targets[DM_TILE_ROWS];
    DM_NAME(transform_sources)(m, plan, source, first, count, count, scratch);
    DM_NAME(transform_result_gradients)(m, plan, gradient, first, count, count, gradients);
    for (ptrdiff_t point = 0; point < points; point++)
        for (ptrdiff_t t = 0; t < tiles; t++) {
            ptrdiff_t i = DM_NAME(tile_start)(rows, tiles, t), height = DM_NAME(tile_start)(rows, tiles, t + 1) - i;
            for (ptrdiff_t r = 0; r < height; r++) targets[r] = sums + (point * rows + i + r) * columns;
            for (ptrdiff_t j = 0; j < columns; j += PANEL) {
                DM_NAME(k_slice) slice = {scratch + point * size + i, gradients + point * gradient_size + j * count, count};
                DM_NAME(target) target = {targets, DM_NAME(smaller_index)(PANEL, columns - j), true};
                DM_NAME(tile_of_columns)(height, rows, &slice, 1, 0, 0, target, j);
            }
        }
}

static void DM_NAME(winograd_weight_sums)(
    const dm_winograd *plan, const void *source, const void *result_gradient, void *sums, void *scratch, size_t first,
    size_t count) {
    ptrdiff_t block = DM_NAME(block_tiles)(plan), end = (ptrdiff_t)(first + count);
    DM_NAME(clear_row)(sums, DM_NAME(points_of)(plan) * plan->source_channels * plan->result_channels);
    for (ptrdiff_t t = (ptrdiff_t)first; t < end; t += block) {
        ptrdiff_t tiles = DM_NAME(smaller_index)(block, end - t);
        if (plan->tile == 2) DM_NAME(add_tiles)(2, plan, source, result_gradient, sums, scratch, t, tiles);
        else DM_NAME(add_tiles)(4, plan, source, result_gradient, sums, scratch, t, tiles);
    }
}

static void DM_NAME(winograd_weight_gradient)(
    const dm_winograd *plan, const void *sums, size_t parts, void *gradient, size_t first, size_t last) {
    ptrdiff_t weights = plan->source_channels * plan->result_channels;
    ptrdiff_t begin = (ptrdiff_t)first, end = (ptrdiff_t)last;
    if (plan->tile == 2) DM_NAME(weights_from_sums)(2, sums, weights, (ptrdiff_t)parts, gradient, weights, begin, end);
    else DM_NAME(weights_from_sums)(4, sums, weights, (ptrdiff_t)parts, gradient, weights, begin, end);
}

// Many channels: the elements that all transformed tiles take.
static size_t DM_NAME(winograd_transformed)(const dm_winograd *plan, size_t channels, size_t tiles) {
    return (size_t)(DM_NAME(points_of)(plan) * DM_NAME(point_size)((ptrdiff_t)tiles, DM_NAME(whole_panels)((ptrdiff_t)channels)));
}

static void DM_NAME(winograd_transform_sources)(
    const dm_winograd *plan, const void *source, void *transformed, size_t tiles, size_t first, size_t last) {
    REAL *z = (REAL *)transformed + (ptrdiff_t)first * plan->source_channels;
    ptrdiff_t begin = (ptrdiff_t)first, count = (ptrdiff_t)(last - first), room = (ptrdiff_t)tiles;
    if (plan->tile == 2) DM_NAME(transform_sources)(2, plan, source, begin, count, room, z);
    else DM_NAME(transform_sources)(4, plan, source, begin, count, room, z);
}

static void DM_NAME(winograd_transform_gradients)(
    const dm_winograd *plan, const void *gradient, void *transformed, size_t tiles, size_t first, size_t last) {
    REAL *z = (REAL *)transformed + (ptrdiff_t)first * PANEL;
    ptrdiff_t begin = (ptrdiff_t)first, count = (ptrdiff_t)(last - first), room = (ptrdiff_t)tiles;
    if (plan->tile == 2) DM_NAME(transform_result_gradients)(2, plan, gradient, begin, count, room, z);
    else DM_NAME(transform_result_gradients)(4, plan, gradient, begin, count, room, z);
}

// Tiles whose products with a block of columns stay in the second-level cache.
#define MOST_TILES (6 * DM_TILE_ROWS)

DM_LINE DM_NAME(set_column_block)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *sources, ptrdiff_t tiles, DM_NAME(weights) weights, REAL *result,
    REAL *scratch, ptrdiff_t column, ptrdiff_t columns) {
    ptrdiff_t size = DM_NAME(point_size)(tiles, weights.depth), packed_size = DM_NAME(whole_panels)(columns) * weights.depth;
    ptrdiff_t blocks = (tiles + MOST_TILES - 1) / MOST_TILES;
    DM_NAME(transform_weight_rows)(m, weights, 0, weights.depth, column, columns, scratch);
    for (ptrdiff_t b = 0; b < blocks; b++) {
        ptrdiff_t first = DM_NAME(tile_start)(tiles, blocks, b), last = DM_NAME(tile_start)(tiles, blocks, b + 1);
        DM_NAME(convolve_columns)(
            m, plan, sources + first * weights.depth, size, scratch, packed_size, result,
            scratch + (m + 2) * (m + 2) * packed_size, first, last - first, column, columns);
    }
}

static void DM_NAME(winograd_convolve_columns)(
    const dm_winograd *plan, const void *transformed, size_t tiles, const void *weights, bool transposed, void *result,
    void *scratch, size_t first, size_t count) {
    DM_NAME(weights) all = DM_NAME(weights_of)(plan, weights, transposed);
    ptrdiff_t tile_count = (ptrdiff_t)tiles, column = (ptrdiff_t)first, columns = (ptrdiff_t)count;
    if (plan->tile == 2)
        DM_NAME(set_column_block)(2, plan, transformed, tile_count, all, result, scratch, column, columns);
    else DM_NAME(set_column_block)(4, plan, transformed, tile_count, all, result, scratch, column, columns);
}

static size_t DM_NAME(winograd_column_scratch)(const dm_winograd *plan, size_t tiles, size_t columns) {
    ptrdiff_t products = DM_NAME(point_size)(DM_NAME(smaller_index)((ptrdiff_t)tiles, MOST_TILES), (ptrdiff_t)columns);
    ptrdiff_t packed = DM_NAME(whole_panels)((ptrdiff_t)columns) * plan->source_channels;
    return (size_t)(DM_NAME(points_of)(plan) * (packed + products)) * sizeof(REAL);
}

DM_LINE DM_NAME(set_weight_block)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *sources, const REAL *gradients, ptrdiff_t tiles, REAL *weights,
    REAL *sums, dm_winograd_block block) {
    ptrdiff_t rows = plan->source_channels, columns = plan->result_channels, registers = (block.rows + DM_TILE_ROWS - 1) / DM_TILE_ROWS;
    ptrdiff_t size = DM_NAME(point_size)(tiles, rows), gradient_size = DM_NAME(point_size)(tiles, DM_NAME(whole_panels)(columns));
    ptrdiff_t sum_size = DM_NAME(point_size)(block.rows, block.columns);
    REAL *targets[DM_TILE_ROWS];
    for (ptrdiff_t point = 0; point < (m + 2) * (m + 2); point++)
        for (ptrdiff_t t = 0; t < registers; t++) {
            ptrdiff_t i = DM_NAME(tile_start)(block.rows, registers, t);
            ptrdiff_t height = DM_NAME(tile_start)(block.rows, registers, t + 1) - i;
            for (ptrdiff_t r = 0; r < height; r++) targets[r] = sums + point * sum_size + (i + r) * block.columns;
            for (ptrdiff_t j = 0; j < block.columns; j += PANEL) {
                DM_NAME(k_slice) slice = {
                    sources + point * size + block.first_row + i, gradients + point * gradient_size + (block.first_column + j) * tiles,
                    tiles};
                DM_NAME(target) target = {targets, DM_NAME(smaller_index)(PANEL, block.columns - j), false};
                DM_NAME(tile_of_columns)(height, rows, &slice, 1, 0, 0, target, j);
            }
        }
    for (ptrdiff_t r = 0; r < block.rows; r++)
        DM_NAME(weights_from_sums)(
            m, sums + r * block.columns, sum_size, 1, weights + (block.first_row + r) * columns + block.first_column,
            rows * columns, 0, block.columns);
}

static void DM_NAME(winograd_weight_block)(
    const dm_winograd *plan, const void *sources, const void *gradients, size_t tiles, void *weights, void *scratch,
    dm_winograd_block block) {
    if (plan->tile == 2)
        DM_NAME(set_weight_block)(2, plan, sources, gradients, (ptrdiff_t)tiles, weights, scratch, block);
    else DM_NAME(set_weight_block)(4, plan, sources, gradients, (ptrdiff_t)tiles, weights, scratch, block);
}

static size_t DM_NAME(winograd_weight_scratch)(const dm_winograd *plan, dm_winograd_block largest) {
    return (size_t)(DM_NAME(points_of)(plan) * DM_NAME(point_size)(largest.rows, largest.columns)) * sizeof(REAL);
}

static const dm_winograd_kernels DM_NAME(winograd_kernels) = {
    .block_tiles = DM_NAME(winograd_block_tiles),
    .scratch = DM_NAME(winograd_scratch),
    .transform_weights = DM_NAME(winograd_weights),
    .convolve = DM_NAME(winograd_convolve),
    .weight_sums = DM_NAME(winograd_weight_sums),
    .weight_gradient = DM_NAME(winograd_weight_gradient),
    .transformed = DM_NAME(winograd_transformed),
    .transform_sources = DM_NAME(winograd_transform_sources),
    .transform_gradients = DM_NAME(winograd_transform_gradients),
    .column_scratch = DM_NAME(winograd_column_scratch),
    .convolve_columns = DM_NAME(winograd_convolve_columns),
    .weight_scratch = DM_NAME(winograd_weight_scratch),
    .weight_block = DM_NAME(winograd_weight_block),
};

#undef MOST_TILES
#undef RESULT_BLOCK
#undef BLOCK_BYTES
#undef MOST_POINTS
#undef DM_LINE
