// Convolution with kernels of 3x3 by Winograd's minimal filtering. See `winograd_kernels.h` for what
// each one means.
//
// Tiles of m x m results come from (m + 2) x (m + 2) sources:  Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A.  The
// products of one point for many tiles and all channels are one matrix product. Transforms work on
// vectors of channels; `m` is known to the compiler wherever they are inlined.
//
// Source: Lavin & Gray, *Fast Algorithms for Convolutional Neural Networks*, CVPR 2016; F(4x4, 3x3) with
// the points 0, ±1, ±2 and infinity.

// Points along one axis, at most; bytes of transformed tiles that stay in the second-level cache; result
// channels that are transformed back at a time.
#define MOST_POINTS 6
#define BLOCK_BYTES ((ptrdiff_t)768 << 10)
#define RESULT_BLOCK (DM_NAME(smaller_index)(64, plan->result_channels))
#define DM_LINE __attribute__((always_inline)) static inline void

#include "winograd_lines.h"

static inline VECTOR DM_NAME(load_some)(const REAL *x, ptrdiff_t count) {
    if (count >= LANES) return *(const VECTOR *)x;
    VECTOR z = {0};
    memcpy(&z, x, (size_t)count * sizeof(REAL));
    return z;
}

static inline void DM_NAME(store_some)(REAL *z, VECTOR x, ptrdiff_t count) {
    if (count >= LANES) *(VECTOR *)z = x;
    else memcpy(z, &x, (size_t)count * sizeof(REAL));
}

// Where a tile lies: its image, and the row and column of its first result.
typedef struct {
    ptrdiff_t image, row, column;
} DM_NAME(place);

static inline DM_NAME(place) DM_NAME(place_of)(const dm_winograd *plan, ptrdiff_t tile) {
    DM_NAME(place) place;
    ptrdiff_t column = tile % plan->tile_columns, rest = tile / plan->tile_columns;
    ptrdiff_t row = rest % plan->tile_rows;
    rest /= plan->tile_rows;
    ptrdiff_t column_phase = rest % plan->column_step;
    rest /= plan->column_step;
    place.image = rest / plan->row_step;
    place.row = rest % plan->row_step + row * plan->tile * plan->row_step;
    place.column = column_phase + column * plan->tile * plan->column_step;
    return place;
}

// A square of `side` x `side` pixels of one image.
typedef struct {
    const REAL *pixels[MOST_POINTS][MOST_POINTS];
} DM_NAME(patch);

// The pixels of the square at (row, column); NULL where they lie outside the image.
static inline void DM_NAME(find_pixels)(
    const dm_winograd *plan, const REAL *image, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels, ptrdiff_t row,
    ptrdiff_t column, ptrdiff_t side, DM_NAME(patch) *patch) {
    for (ptrdiff_t i = 0; i < side; i++)
        for (ptrdiff_t j = 0; j < side; j++) {
            ptrdiff_t y = row + i * plan->row_step, x = column + j * plan->column_step;
            bool inside = y >= 0 && y < height && x >= 0 && x < width;
            patch->pixels[i][j] = inside ? image + (y * width + x) * channels : NULL;
        }
}

DM_LINE DM_NAME(load_square)(
    const ptrdiff_t side, const DM_NAME(patch) *patch, ptrdiff_t channel, ptrdiff_t count, VECTOR (*x)[MOST_POINTS]) {
#pragma clang loop unroll(full)
    for (ptrdiff_t i = 0; i < side; i++)
#pragma clang loop unroll(full)
        for (ptrdiff_t j = 0; j < side; j++) {
            const REAL *pixel = patch->pixels[i][j];
            x[i][j] = pixel ? DM_NAME(load_some)(pixel + channel, count) : (VECTOR){0};
        }
}

// Points of a block lie a little further apart than they are large, so that they do not meet in the
// same cache sets.
static inline ptrdiff_t DM_NAME(point_size)(ptrdiff_t tiles, ptrdiff_t channels) {
    return (tiles * channels + LANES - 1) / LANES * LANES + LANES;
}

// Bᵀ d B of some tiles: z[point][tile][channel].
DM_LINE DM_NAME(transform_sources)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *source, ptrdiff_t first, ptrdiff_t count, REAL *z) {
    ptrdiff_t channels = plan->source_channels, size = DM_NAME(point_size)(count, channels);
    for (ptrdiff_t t = 0; t < count; t++) {
        DM_NAME(place) place = DM_NAME(place_of)(plan, first + t);
        DM_NAME(patch) patch;
        DM_NAME(find_pixels)(
            plan, source + place.image * plan->source_height * plan->source_width * channels, plan->source_height,
            plan->source_width, channels, place.row - plan->row_padding, place.column - plan->column_padding, m + 2, &patch);
        for (ptrdiff_t c = 0; c < channels; c += LANES) {
            VECTOR x[MOST_POINTS][MOST_POINTS], y[MOST_POINTS][MOST_POINTS];
            DM_NAME(load_square)(m + 2, &patch, c, channels - c, x);
            DM_NAME(source_square)(m, x, y);
#pragma clang loop unroll(full)
            for (ptrdiff_t i = 0; i < (m + 2) * (m + 2); i++)
                DM_NAME(store_some)(z + i * size + t * channels + c, y[i / (m + 2)][i % (m + 2)], channels - c);
        }
    }
}

// Aᵀ x A of some tiles and `columns` result channels from `first_column` on, given x[point][tile][column].
DM_LINE DM_NAME(transform_results)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *x_, ptrdiff_t first, ptrdiff_t count, ptrdiff_t first_column,
    ptrdiff_t columns, REAL *result) {
    ptrdiff_t size = DM_NAME(point_size)(count, columns);
    for (ptrdiff_t t = 0; t < count; t++) {
        DM_NAME(place) place = DM_NAME(place_of)(plan, first + t);
        for (ptrdiff_t c = 0; c < columns; c += LANES) {
            VECTOR x[MOST_POINTS][MOST_POINTS], y[MOST_POINTS][MOST_POINTS];
#pragma clang loop unroll(full)
            for (ptrdiff_t i = 0; i < (m + 2) * (m + 2); i++)
                x[i / (m + 2)][i % (m + 2)] = DM_NAME(load_some)(x_ + i * size + t * columns + c, columns - c);
            DM_NAME(result_square)(m, x, y);
            for (ptrdiff_t i = 0; i < m; i++) {
                ptrdiff_t row = place.row + i * plan->row_step;
                if (row >= plan->result_height) break;
                for (ptrdiff_t j = 0; j < m; j++) {
                    ptrdiff_t column = place.column + j * plan->column_step;
                    if (column >= plan->result_width) break;
                    ptrdiff_t pixel = (place.image * plan->result_height + row) * plan->result_width + column;
                    DM_NAME(store_some)(result + pixel * plan->result_channels + first_column + c, y[i][j], columns - c);
                }
            }
        }
    }
}

// A dy Aᵀ of some tiles, as right-hand sides: z[point][panel][tile][column of the panel].
DM_LINE DM_NAME(transform_result_gradients)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *gradient, ptrdiff_t first, ptrdiff_t count, REAL *z) {
    ptrdiff_t channels = plan->result_channels, panels = (channels + PANEL - 1) / PANEL;
    ptrdiff_t size = DM_NAME(point_size)(count, panels * PANEL);
    for (ptrdiff_t t = 0; t < count; t++) {
        DM_NAME(place) place = DM_NAME(place_of)(plan, first + t);
        DM_NAME(patch) patch;
        DM_NAME(find_pixels)(
            plan, gradient + place.image * plan->result_height * plan->result_width * channels, plan->result_height,
            plan->result_width, channels, place.row, place.column, m, &patch);
        for (ptrdiff_t c = 0; c < panels * PANEL; c += LANES) {
            VECTOR x[MOST_POINTS][MOST_POINTS], y[MOST_POINTS][MOST_POINTS];
            DM_NAME(load_square)(m, &patch, c < channels ? c : 0, c < channels ? channels - c : 0, x);
            DM_NAME(result_gradient_square)(m, x, y);
            REAL *target = z + (c / PANEL * count + t) * PANEL + c % PANEL;
#pragma clang loop unroll(full)
            for (ptrdiff_t i = 0; i < (m + 2) * (m + 2); i++)
                *(VECTOR *)(target + i * size) = y[i / (m + 2)][i % (m + 2)];
        }
    }
}

// G g Gᵀ of rows `first ..< last` of depth, packed: z[point][panel][depth][column of the panel].
DM_LINE DM_NAME(transform_weight_rows)(
    const ptrdiff_t m, const REAL *weights, ptrdiff_t depth, ptrdiff_t columns, bool transposed, ptrdiff_t first, ptrdiff_t last,
    REAL *z) {
    ptrdiff_t padded = (columns + PANEL - 1) / PANEL * PANEL;
    ptrdiff_t depth_step = transposed ? 1 : columns, column_step = transposed ? depth : 1;
    for (ptrdiff_t k = first; k < last; k++)
        for (ptrdiff_t c = 0; c < padded; c += LANES) {
            VECTOR x[MOST_POINTS][MOST_POINTS], y[MOST_POINTS][MOST_POINTS];
            ptrdiff_t count = DM_NAME(clamped_index)(columns - c, 0, LANES);
            for (ptrdiff_t tap = 0; tap < 9; tap++) {
                // The gradient of the input meets the taps in the opposite order.
                const REAL *row = weights + (transposed ? 8 - tap : tap) * depth * columns + k * depth_step + c * column_step;
                if (column_step == 1) {
                    x[tap / 3][tap % 3] = DM_NAME(load_some)(row, count);
                    continue;
                }
                REAL numbers[LANES];
                for (ptrdiff_t l = 0; l < LANES; l++) numbers[l] = l < count ? row[l * column_step] : 0;
                memcpy(&x[tap / 3][tap % 3], numbers, sizeof numbers);
            }
            DM_NAME(weight_square)(m, x, y);
            REAL *target = z + (c / PANEL * depth + k) * PANEL + c % PANEL;
#pragma clang loop unroll(full)
            for (ptrdiff_t i = 0; i < (m + 2) * (m + 2); i++)
                *(VECTOR *)(target + i * padded * depth) = y[i / (m + 2)][i % (m + 2)];
        }
}

static void DM_NAME(winograd_weights)(
    const dm_winograd *plan, const void *weights, bool transposed, void *packed, size_t first, size_t last) {
    ptrdiff_t depth = plan->source_channels, columns = plan->result_channels;
    if (plan->tile == 2)
        DM_NAME(transform_weight_rows)(2, weights, depth, columns, transposed, (ptrdiff_t)first, (ptrdiff_t)last, packed);
    else DM_NAME(transform_weight_rows)(4, weights, depth, columns, transposed, (ptrdiff_t)first, (ptrdiff_t)last, packed);
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
    ptrdiff_t results = DM_NAME(point_size)(tiles, (plan->result_channels + PANEL - 1) / PANEL * PANEL);
    return (size_t)(DM_NAME(points_of)(plan) * (sources + results)) * sizeof(REAL);
}

DM_LINE DM_NAME(convolve_tiles)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *source, const REAL *packed, REAL *result, REAL *scratch,
    ptrdiff_t first, ptrdiff_t count) {
    ptrdiff_t depth = plan->source_channels, points = (m + 2) * (m + 2), size = DM_NAME(point_size)(count, depth);
    ptrdiff_t padded = (plan->result_channels + PANEL - 1) / PANEL * PANEL, block = RESULT_BLOCK;
    REAL *products = scratch + points * size, *targets[DM_TILE_ROWS];
    DM_NAME(transform_sources)(m, plan, source, first, count, scratch);
    for (ptrdiff_t column = 0; column < plan->result_channels; column += block) {
        ptrdiff_t columns = DM_NAME(smaller_index)(block, plan->result_channels - column);
        ptrdiff_t product_size = DM_NAME(point_size)(count, columns), tiles = (count + DM_TILE_ROWS - 1) / DM_TILE_ROWS;
        for (ptrdiff_t point = 0; point < points; point++)
            for (ptrdiff_t j = 0; j < columns; j += PANEL) {
                DM_NAME(stretch) stretch = {
                    scratch + point * size, packed + (point * padded + column + j) * depth, depth};
                for (ptrdiff_t t = 0; t < tiles; t++) {
                    ptrdiff_t i = DM_NAME(tile_start)(count, tiles, t), height = DM_NAME(tile_start)(count, tiles, t + 1) - i;
                    for (ptrdiff_t r = 0; r < height; r++) targets[r] = products + point * product_size + (i + r) * columns;
                    DM_NAME(target) target = {targets, DM_NAME(smaller_index)(PANEL, columns - j), false};
                    DM_NAME(tile)(height, depth, &stretch, 1, i * depth, 0, target, j);
                }
            }
        DM_NAME(transform_results)(m, plan, products, first, count, column, columns, result);
    }
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
    ptrdiff_t gradient_size = DM_NAME(point_size)(count, (columns + PANEL - 1) / PANEL * PANEL);
    REAL *gradients = scratch + points * size, *targets[DM_TILE_ROWS];
    DM_NAME(transform_sources)(m, plan, source, first, count, scratch);
    DM_NAME(transform_result_gradients)(m, plan, gradient, first, count, gradients);
    for (ptrdiff_t point = 0; point < points; point++)
        for (ptrdiff_t t = 0; t < tiles; t++) {
            ptrdiff_t i = DM_NAME(tile_start)(rows, tiles, t), height = DM_NAME(tile_start)(rows, tiles, t + 1) - i;
            for (ptrdiff_t r = 0; r < height; r++) targets[r] = sums + (point * rows + i + r) * columns;
            for (ptrdiff_t j = 0; j < columns; j += PANEL) {
                DM_NAME(stretch) stretch = {scratch + point * size + i, gradients + point * gradient_size + j * count, count};
                DM_NAME(target) target = {targets, DM_NAME(smaller_index)(PANEL, columns - j), true};
                DM_NAME(tile_of_columns)(height, rows, &stretch, 1, 0, 0, target, j);
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

// Gᵀ x G of elements `first ..< last` of the weights of one tap, x being the sum of all parts, in their order.
DM_LINE DM_NAME(weights_from_sums)(
    const ptrdiff_t m, ptrdiff_t weights, const REAL *sums, ptrdiff_t parts, REAL *gradient, ptrdiff_t first, ptrdiff_t last) {
    ptrdiff_t points = (m + 2) * (m + 2);
    for (ptrdiff_t w = first; w < last; w += LANES) {
        VECTOR x[MOST_POINTS][MOST_POINTS], z[MOST_POINTS][MOST_POINTS];
        for (ptrdiff_t i = 0; i < points; i++) {
            VECTOR sum = DM_NAME(load_some)(sums + i * weights + w, last - w);
            for (ptrdiff_t p = 1; p < parts; p++) sum += DM_NAME(load_some)(sums + (p * points + i) * weights + w, last - w);
            x[i / (m + 2)][i % (m + 2)] = sum;
        }
        DM_NAME(weight_gradient_square)(m, x, z);
        for (ptrdiff_t tap = 0; tap < 9; tap++)
            DM_NAME(store_some)(gradient + tap * weights + w, z[tap / 3][tap % 3], last - w);
    }
}

static void DM_NAME(winograd_weight_gradient)(
    const dm_winograd *plan, const void *sums, size_t parts, void *gradient, size_t first, size_t last) {
    ptrdiff_t weights = plan->source_channels * plan->result_channels;
    if (plan->tile == 2)
        DM_NAME(weights_from_sums)(2, weights, sums, (ptrdiff_t)parts, gradient, (ptrdiff_t)first, (ptrdiff_t)last);
    else DM_NAME(weights_from_sums)(4, weights, sums, (ptrdiff_t)parts, gradient, (ptrdiff_t)first, (ptrdiff_t)last);
}

static const dm_winograd_kernels DM_NAME(winograd_kernels) = {
    .block_tiles = DM_NAME(winograd_block_tiles),
    .scratch = DM_NAME(winograd_scratch),
    .transform_weights = DM_NAME(winograd_weights),
    .convolve = DM_NAME(winograd_convolve),
    .weight_sums = DM_NAME(winograd_weight_sums),
    .weight_gradient = DM_NAME(winograd_weight_gradient),
};

#undef RESULT_BLOCK
#undef BLOCK_BYTES
#undef MOST_POINTS
#undef DM_LINE
