// Convolution as products of gathered rows. See `convolution_kernels.h` for what each one means.

// One position of the grid: the image's first source element and the source pixel of a tap at (0, 0).
typedef struct {
    const REAL *image;
    ptrdiff_t row, column;
} DM_NAME(position);

// Finds position `index` in the source, and returns the result pixel that it makes.
static inline REAL *DM_NAME(locate)(
    const dm_convolution *plan, const REAL *source, REAL *result, ptrdiff_t index, DM_NAME(position) *position) {
    ptrdiff_t c = index % plan->columns, line = index / plan->columns, r = line % plan->rows, image = line / plan->rows;
    position->image = source + image * plan->source_height * plan->source_width * plan->source_channels + plan->first_source_channel;
    position->row = r * plan->row_step;
    position->column = c * plan->column_step;
    ptrdiff_t result_row = plan->result_row + r * plan->result_row_step;
    ptrdiff_t result_column = plan->result_column + c * plan->result_column_step;
    return result + ((image * plan->result_height + result_row) * plan->result_width + result_column) * plan->result_channels
        + plan->first_result_channel;
}

typedef REAL DM_NAME(half_vector) __attribute__((vector_size(DM_VECTOR_BYTES / 2), aligned(sizeof(REAL)), may_alias));

// The last vector overlaps the one before: rows of a few channels would spend most of their time on
// the elements that do not fill a vector.
static inline void DM_NAME(copy_row)(const REAL *x, REAL *z, ptrdiff_t count) {
    ptrdiff_t i = 0;
    if (count >= LANES) {
        for (; i + LANES <= count; i += LANES) *(VECTOR *)(z + i) = *(const VECTOR *)(x + i);
        if (i < count) *(VECTOR *)(z + count - LANES) = *(const VECTOR *)(x + count - LANES);
    } else if (count >= LANES / 2) {
        DM_NAME(half_vector) first = *(const DM_NAME(half_vector) *)x;
        DM_NAME(half_vector) last = *(const DM_NAME(half_vector) *)(x + count - LANES / 2);
        *(DM_NAME(half_vector) *)z = first;
        *(DM_NAME(half_vector) *)(z + count - LANES / 2) = last;
    } else {
        for (; i < count; i++) z[i] = x[i];
    }
}

static inline void DM_NAME(clear_row)(REAL *z, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) z[i] = 0;
}

static inline ptrdiff_t DM_NAME(clamped_index)(ptrdiff_t x, ptrdiff_t low, ptrdiff_t high) { return x < low ? low : x > high ? high : x; }

// Gathers elements `first ..< last` of the (tap, channel) row of one position. False if all of them lie outside the image:
// then the row is none.
static bool DM_NAME(gather)(
    const dm_convolution *plan, DM_NAME(position) position, ptrdiff_t first, ptrdiff_t last, REAL *row) {
    ptrdiff_t channels = plan->group_source_channels, start = 0;
    bool is_seen = false;
    for (ptrdiff_t r = 0; r < plan->run_count && start < last; r++) {
        dm_tap_run run = plan->runs[r];
        ptrdiff_t length = run.taps * channels, low = start < first ? first : start;
        ptrdiff_t high = DM_NAME(smaller_index)(last, start + length);
        if (low < high) {
            ptrdiff_t y = position.row + run.row, x = position.column + run.column;
            // The taps inside the image.
            ptrdiff_t from = DM_NAME(clamped_index)(-x, 0, run.taps), to = DM_NAME(clamped_index)(plan->source_width - x, from, run.taps);
            if (y < 0 || y >= plan->source_height) to = from;
            ptrdiff_t inside = DM_NAME(clamped_index)(start + from * channels, low, high);
            ptrdiff_t outside = DM_NAME(clamped_index)(start + to * channels, inside, high);
            const REAL *pixels = position.image + (y * plan->source_width + x) * plan->source_channels - start;
            if (low < inside) DM_NAME(clear_row)(row + low - first, inside - low);
            DM_NAME(copy_row)(pixels + inside, row + inside - first, outside - inside);
            if (outside < high) DM_NAME(clear_row)(row + outside - first, high - outside);
            is_seen = is_seen || inside < outside;
        }
        start += length;
    }
    return is_seen;
}

static ptrdiff_t DM_NAME(depth_of)(const dm_convolution *plan) {
    ptrdiff_t taps = 0;
    for (ptrdiff_t r = 0; r < plan->run_count; r++) taps += plan->runs[r].taps;
    return taps * plan->group_source_channels;
}

// The depth is worked through in slices. Taps that lie apart, as with dilation, have slices of their own, so that
// each position leaves out those of its taps that lie outside the image.
typedef struct {
    ptrdiff_t depth, per_part, part;
} DM_NAME(slices);

static DM_NAME(slices) DM_NAME(slices_of)(const dm_convolution *plan) {
    ptrdiff_t depth = DM_NAME(depth_of)(plan), channels = plan->group_source_channels;
    bool lie_apart = plan->run_count > 1 && plan->run_count * channels == depth && channels >= 64;
    ptrdiff_t part = lie_apart ? channels : depth, steps = (part + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
    return (DM_NAME(slices)){depth, steps == 0 ? 1 : steps, part};
}

// Where slice `s` begins.
static inline ptrdiff_t DM_NAME(slice_start)(DM_NAME(slices) slices, ptrdiff_t s) {
    return s / slices.per_part * slices.part + DM_NAME(tile_start)(slices.part, slices.per_part, s % slices.per_part);
}

// Rows of a gathered block lie a little further apart than they are long, so that they do not meet
// in the same cache sets.
#define GATHERED_ROW (BLOCK_DEPTH + LANES)

static void DM_NAME(convolve_block)(
    const dm_convolution *plan, const REAL *source, const REAL *packed, REAL *result, ptrdiff_t first, ptrdiff_t count) {
    _Alignas(64) REAL gathered[BLOCK_ROWS * GATHERED_ROW];
    DM_NAME(position) positions[BLOCK_ROWS];
    REAL *targets[BLOCK_ROWS], *seen[BLOCK_ROWS];
    for (ptrdiff_t i = 0, left_in_row = 0; i < count; i++, left_in_row--) {
        if (left_in_row == 0) {
            targets[i] = DM_NAME(locate)(plan, source, result, first + i, &positions[i]);
            left_in_row = plan->columns - (first + i) % plan->columns;
            continue;
        }
        positions[i] = positions[i - 1];
        positions[i].column += plan->column_step;
        targets[i] = targets[i - 1] + plan->result_column_step * plan->result_channels;
    }
    DM_NAME(slices) slices = DM_NAME(slices_of)(plan);
    ptrdiff_t depth = slices.depth, columns = plan->group_result_channels;
    for (ptrdiff_t s = 0, low = 0, high; s == 0 || low < depth; s++, low = high) {
        high = DM_NAME(slice_start)(slices, s + 1);
        const REAL *panels = packed + low * PANEL;
        if (plan->is_pointwise) {
            const REAL *left = source + first * plan->source_channels + plan->first_source_channel + low;
            DM_NAME(multiply_block)(
                left, plan->source_channels, panels, depth * PANEL, high - low, NULL, targets, count, columns, s > 0);
            continue;
        }
        ptrdiff_t seen_count = 0;
        for (ptrdiff_t i = 0; i < count; i++) {
            if (DM_NAME(gather)(plan, positions[i], low, high, gathered + seen_count * GATHERED_ROW)) {
                seen[seen_count++] = targets[i];
            } else if (s == 0) {
                DM_NAME(clear_row)(targets[i], columns);
            }
        }
        DM_NAME(multiply_block)(
            gathered, GATHERED_ROW, panels, depth * PANEL, high - low, NULL, seen, seen_count, columns, s > 0);
    }
}

static void DM_NAME(convolve)(
    const dm_convolution *plan, const void *source, const void *packed, void *result, size_t first, size_t count) {
    for (size_t i = 0; i < count; i += BLOCK_ROWS)
        DM_NAME(convolve_block)(
            plan, source, packed, result, (ptrdiff_t)(first + i), DM_NAME(smaller_index)(BLOCK_ROWS, (ptrdiff_t)(count - i)));
}

#include "weight_gradient.h"

#include "depthwise.h"

static const dm_convolution_kernels DM_NAME(convolution_kernels) = {
    .convolve = DM_NAME(convolve),
    .weight_gradient = DM_NAME(weight_gradient),
    .add_parts = DM_NAME(add_parts),
    .convolve_depthwise = DM_NAME(convolve_depthwise),
    .weight_gradient_depthwise = DM_NAME(weight_gradient_depthwise),
};
