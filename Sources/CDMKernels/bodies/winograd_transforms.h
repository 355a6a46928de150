// The transforms of Winograd's minimal filtering: of sources, of gradients of results, of weights, and of products
// back to results. Transforms work on vectors of channels; `m` is known to the compiler wherever they are inlined.

// Points along one axis, at most.
#define MOST_POINTS 6
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

// Columns of whole panels.
static inline ptrdiff_t DM_NAME(whole_panels)(ptrdiff_t columns) { return (columns + PANEL - 1) / PANEL * PANEL; }

// Points lie a little further apart than they are large, so that they do not meet in the same cache sets.
static inline ptrdiff_t DM_NAME(point_size)(ptrdiff_t tiles, ptrdiff_t channels) {
    return (tiles * channels + LANES - 1) / LANES * LANES + LANES;
}

// Bᵀ d B of some tiles: z[point][tile][channel], where each point has room for `room` tiles.
DM_LINE DM_NAME(transform_sources)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *source, ptrdiff_t first, ptrdiff_t count, ptrdiff_t room, REAL *z) {
    ptrdiff_t channels = plan->source_channels, size = DM_NAME(point_size)(room, channels);
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

// A dy Aᵀ of some tiles, as right-hand sides: z[point][panel][tile][column of the panel], where each panel has room
// for `room` tiles.
DM_LINE DM_NAME(transform_result_gradients)(
    const ptrdiff_t m, const dm_winograd *plan, const REAL *gradient, ptrdiff_t first, ptrdiff_t count, ptrdiff_t room,
    REAL *z) {
    ptrdiff_t channels = plan->result_channels, size = DM_NAME(point_size)(room, DM_NAME(whole_panels)(channels));
    for (ptrdiff_t t = 0; t < count; t++) {
        DM_NAME(place) place = DM_NAME(place_of)(plan, first + t);
        DM_NAME(patch) patch;
        DM_NAME(find_pixels)(
            plan, gradient + place.image * plan->result_height * plan->result_width * channels, plan->result_height,
            plan->result_width, channels, place.row, place.column, m, &patch);
        for (ptrdiff_t c = 0; c < DM_NAME(whole_panels)(channels); c += LANES) {
            VECTOR x[MOST_POINTS][MOST_POINTS], y[MOST_POINTS][MOST_POINTS];
            DM_NAME(load_square)(m, &patch, c < channels ? c : 0, c < channels ? channels - c : 0, x);
            DM_NAME(result_gradient_square)(m, x, y);
            REAL *target = z + (c / PANEL * room + t) * PANEL + c % PANEL;
#pragma clang loop unroll(full)
            for (ptrdiff_t i = 0; i < (m + 2) * (m + 2); i++)
                *(VECTOR *)(target + i * size) = y[i / (m + 2)][i % (m + 2)];
        }
    }
}

// Weights [3, 3, depth, columns], or, for the gradient of the input, [3, 3, columns, depth].
typedef struct {
    const REAL *first;
    ptrdiff_t depth, columns;
    bool transposed;
} DM_NAME(weights);

// Some rows and a vector of columns of such weights, whose rows lie side by side: flipped[row][tap][column].
// The gradient of the input meets the taps in the opposite order.
DM_LINE DM_NAME(flip_weights)(
    DM_NAME(weights) weights, ptrdiff_t k, ptrdiff_t rows, ptrdiff_t column, ptrdiff_t columns, REAL (*flipped)[9][LANES]) {
    for (ptrdiff_t tap = 0; tap < 9; tap++)
        for (ptrdiff_t l = 0; l < LANES; l++) {
            const REAL *row = weights.first + ((8 - tap) * weights.columns + column + l) * weights.depth + k;
            for (ptrdiff_t r = 0; r < rows; r++) flipped[r][tap][l] = l < columns ? row[r] : 0;
        }
}

// G g Gᵀ of rows `first ..< last` of depth and some columns, packed: z[point][panel][depth][column of the panel].
DM_LINE DM_NAME(transform_weight_rows)(
    const ptrdiff_t m, DM_NAME(weights) weights, ptrdiff_t first, ptrdiff_t last, ptrdiff_t first_column, ptrdiff_t columns,
    REAL *z) {
    ptrdiff_t depth = weights.depth, padded = DM_NAME(whole_panels)(columns);
    for (ptrdiff_t begin = first; begin < last; begin += LANES)
        for (ptrdiff_t c = 0; c < padded; c += LANES) {
            ptrdiff_t count = DM_NAME(clamped_index)(columns - c, 0, LANES);
            ptrdiff_t end = DM_NAME(smaller_index)(begin + LANES, last);
            REAL flipped[LANES][9][LANES];
            if (weights.transposed) DM_NAME(flip_weights)(weights, begin, end - begin, first_column + c, count, flipped);
            for (ptrdiff_t k = begin; k < end; k++) {
                VECTOR x[MOST_POINTS][MOST_POINTS], y[MOST_POINTS][MOST_POINTS];
                for (ptrdiff_t tap = 0; tap < 9; tap++)
                    x[tap / 3][tap % 3] =
                        weights.transposed
                            ? *(const VECTOR *)flipped[k - begin][tap]
                            : DM_NAME(load_some)(weights.first + (tap * depth + k) * weights.columns + first_column + c, count);
                DM_NAME(weight_square)(m, x, y);
                REAL *target = z + (c / PANEL * depth + k) * PANEL + c % PANEL;
#pragma clang loop unroll(full)
                for (ptrdiff_t i = 0; i < (m + 2) * (m + 2); i++)
                    *(VECTOR *)(target + i * padded * depth) = y[i / (m + 2)][i % (m + 2)];
            }
        }
}

// Gᵀ x G of elements `first ..< last` of a row or more, x being the sum of all parts, in their order. The points of
// the sums lie `size` apart, the taps of the gradient `weights`.
DM_LINE DM_NAME(weights_from_sums)(
    const ptrdiff_t m, const REAL *sums, ptrdiff_t size, ptrdiff_t parts, REAL *gradient, ptrdiff_t weights, ptrdiff_t first,
    ptrdiff_t last) {
    ptrdiff_t points = (m + 2) * (m + 2);
    for (ptrdiff_t w = first; w < last; w += LANES) {
        VECTOR x[MOST_POINTS][MOST_POINTS], z[MOST_POINTS][MOST_POINTS];
        for (ptrdiff_t i = 0; i < points; i++) {
            VECTOR sum = DM_NAME(load_some)(sums + i * size + w, last - w);
            for (ptrdiff_t p = 1; p < parts; p++) sum += DM_NAME(load_some)(sums + (p * points + i) * size + w, last - w);
            x[i / (m + 2)][i % (m + 2)] = sum;
        }
        DM_NAME(weight_gradient_square)(m, x, z);
        for (ptrdiff_t tap = 0; tap < 9; tap++)
            DM_NAME(store_some)(gradient + tap * weights + w, z[tap / 3][tap % 3], last - w);
    }
}
