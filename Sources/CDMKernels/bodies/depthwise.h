// Depthwise convolution: every channel has its own filter, so channels are the lanes.

// Vectors of channels that are summed at a time.
#define DEPTHWISE_VECTORS 4

// The taps of a run that lie inside the image for a position whose source column is `column`.
static inline void DM_NAME(taps_inside)(
    const dm_convolution *plan, dm_tap_run run, ptrdiff_t row, ptrdiff_t column, ptrdiff_t *from, ptrdiff_t *to) {
    *from = DM_NAME(clamped_index)(-(column + run.column), 0, run.taps);
    *to = DM_NAME(clamped_index)(plan->source_width - column - run.column, *from, run.taps);
    if (row + run.row < 0 || row + run.row >= plan->source_height) *to = *from;
}

// `vectors` vectors of channels, or a single channel where `vectors` is 0, of one position.
__attribute__((always_inline)) static inline void DM_NAME(sum_taps)(
    const dm_convolution *plan, DM_NAME(position) position, const REAL *weights, REAL *result, ptrdiff_t channel,
    const ptrdiff_t vectors) {
    VECTOR sums[DEPTHWISE_VECTORS] = {0};
    REAL sum = 0;
    ptrdiff_t channels = plan->source_channels, tap = 0;
    for (ptrdiff_t r = 0; r < plan->run_count; r++) {
        dm_tap_run run = plan->runs[r];
        ptrdiff_t from, to;
        DM_NAME(taps_inside)(plan, run, position.row, position.column, &from, &to);
        ptrdiff_t pixel = (position.row + run.row) * plan->source_width + position.column + run.column;
        for (ptrdiff_t t = from; t < to; t++) {
            const REAL *x = position.image + (pixel + t) * channels + channel, *w = weights + (tap + t) * channels + channel;
            if (vectors == 0) sum += *x * *w;
#pragma clang loop unroll(full)
            for (ptrdiff_t v = 0; v < vectors; v++) sums[v] += ((const VECTOR *)x)[v] * ((const VECTOR *)w)[v];
        }
        tap += run.taps;
    }
    if (vectors == 0) result[channel] = sum;
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) ((VECTOR *)(result + channel))[v] = sums[v];
}

static void DM_NAME(convolve_depthwise)(
    const dm_convolution *plan, const void *source, const void *weights, void *result, size_t first, size_t count) {
    ptrdiff_t channels = plan->source_channels;
    for (size_t p = first; p < first + count; p++) {
        DM_NAME(position) position;
        REAL *target = DM_NAME(locate)(plan, source, result, (ptrdiff_t)p, &position);
        ptrdiff_t c = 0;
        for (; c + DEPTHWISE_VECTORS * LANES <= channels; c += DEPTHWISE_VECTORS * LANES)
            DM_NAME(sum_taps)(plan, position, weights, target, c, DEPTHWISE_VECTORS);
        for (; c + LANES <= channels; c += LANES) DM_NAME(sum_taps)(plan, position, weights, target, c, 1);
        for (; c < channels; c++) DM_NAME(sum_taps)(plan, position, weights, target, c, 0);
    }
}

// Adds what one tap and one row of positions bring to the gradient of `vectors` vectors of channels.
__attribute__((always_inline)) static inline void DM_NAME(add_tap_row)(
    const REAL *x, ptrdiff_t x_step, const REAL *dy, ptrdiff_t dy_step, ptrdiff_t count, REAL *gradient, const ptrdiff_t vectors) {
    VECTOR sums[DEPTHWISE_VECTORS];
    REAL sum = vectors == 0 ? *gradient : 0;
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) sums[v] = ((const VECTOR *)gradient)[v];
    for (ptrdiff_t i = 0; i < count; i++, x += x_step, dy += dy_step) {
        if (vectors == 0) sum += *x * *dy;
#pragma clang loop unroll(full)
        for (ptrdiff_t v = 0; v < vectors; v++) sums[v] += ((const VECTOR *)x)[v] * ((const VECTOR *)dy)[v];
    }
    if (vectors == 0) *gradient = sum;
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) ((VECTOR *)gradient)[v] = sums[v];
}

static void DM_NAME(weight_gradient_depthwise)(
    const dm_convolution *plan, const void *source_, const void *result_gradient_, void *weight_gradient_, size_t count, size_t first_,
    size_t group) {
    const REAL *source = source_, *result_gradient = result_gradient_;
    REAL *weight_gradient = weight_gradient_;
    ptrdiff_t channels = plan->source_channels, first = (ptrdiff_t)first_, last = first + (ptrdiff_t)group, tap = 0;
    ptrdiff_t step = plan->column_step * channels;
    for (ptrdiff_t r = 0; r < plan->run_count; tap += plan->runs[r++].taps)
        for (ptrdiff_t t = 0; t < plan->runs[r].taps; t++)
            DM_NAME(clear_row)(weight_gradient + (tap + t) * channels + first, last - first);
    for (ptrdiff_t line = 0; line < (ptrdiff_t)count / plan->columns; line++) {
        tap = 0;
        for (ptrdiff_t r = 0; r < plan->run_count; tap += plan->runs[r++].taps) {
            dm_tap_run run = plan->runs[r];
            ptrdiff_t y = line % plan->rows * plan->row_step + run.row, image = line / plan->rows;
            if (y < 0 || y >= plan->source_height) continue;
            for (ptrdiff_t t = 0; t < run.taps; t++) {
                ptrdiff_t from, to, column = run.column + t;
                DM_NAME(columns_inside)(plan, column, &from, &to);
                ptrdiff_t pixel = (image * plan->source_height + y) * plan->source_width + from * plan->column_step + column;
                const REAL *x = source + pixel * channels, *dy = result_gradient + (line * plan->columns + from) * channels;
                REAL *gradient = weight_gradient + (tap + t) * channels;
                ptrdiff_t c = first;
                for (; c + DEPTHWISE_VECTORS * LANES <= last; c += DEPTHWISE_VECTORS * LANES)
                    DM_NAME(add_tap_row)(x + c, step, dy + c, channels, to - from, gradient + c, DEPTHWISE_VECTORS);
                for (; c + LANES <= last; c += LANES)
                    DM_NAME(add_tap_row)(x + c, step, dy + c, channels, to - from, gradient + c, 1);
                for (; c < last; c++) DM_NAME(add_tap_row)(x + c, step, dy + c, channels, to - from, gradient + c, 0);
            }
        }
    }
}
