// Pooling: channels are the lanes. See `pooling_kernels.h` for what each one means.

// The pixels of one window that lie in the image.
typedef struct {
    ptrdiff_t image, first_row, last_row, first_column, last_column;
    // What an average divides by.
    REAL size;
} DM_NAME(window);

// The first of the window's rows (or columns) from `start` on that is not above the image.
static ptrdiff_t DM_NAME(first_inside)(ptrdiff_t start, ptrdiff_t dilation) {
    return start >= 0 ? start : start + (-start + dilation - 1) / dilation * dilation;
}

// How many of the rows first, first + dilation, ... lie before `end`.
static ptrdiff_t DM_NAME(steps_before)(ptrdiff_t first, ptrdiff_t end, ptrdiff_t dilation) {
    if (first >= end) return 0;
    return dilation == 1 ? end - first : (end - first + dilation - 1) / dilation;
}

static DM_NAME(window) DM_NAME(find_window)(const dm_pooling *plan, ptrdiff_t index) {
    ptrdiff_t c = index % plan->result_width, line = index / plan->result_width, r = line % plan->result_height;
    ptrdiff_t row = r * plan->row_step - plan->row_padding, column = c * plan->column_step - plan->column_padding;
    ptrdiff_t last_row = row + (plan->window_rows - 1) * plan->row_dilation + 1;
    ptrdiff_t last_column = column + (plan->window_columns - 1) * plan->column_dilation + 1;
    DM_NAME(window) window = {.image = line / plan->result_height};
    window.first_row = DM_NAME(first_inside)(row, plan->row_dilation);
    window.first_column = DM_NAME(first_inside)(column, plan->column_dilation);
    window.last_row = DM_NAME(smaller_index)(last_row, plan->source_height);
    window.last_column = DM_NAME(smaller_index)(last_column, plan->source_width);
    if (!plan->counts_padding) {
        last_row = window.last_row, row = window.first_row;
        last_column = window.last_column, column = window.first_column;
    }
    ptrdiff_t size = DM_NAME(steps_before)(row, DM_NAME(smaller_index)(last_row, plan->padded_height), plan->row_dilation)
        * DM_NAME(steps_before)(column, DM_NAME(smaller_index)(last_column, plan->padded_width), plan->column_dilation);
    window.size = size > 0 ? (REAL)size : 1;
    return window;
}

// Calls for each pixel of `window`: `pixel` is where its channels start in a feature map of the source's size.
#define FOR_EACH_PIXEL(plan, window, pixel)                                                                  \
    for (ptrdiff_t row = (window).first_row; row < (window).last_row; row += (plan)->row_dilation)           \
        for (ptrdiff_t column = (window).first_column,                                                       \
                       pixel = (((window).image * (plan)->source_height + row) * (plan)->source_width + column) * (plan)->channels; \
             column < (window).last_column; column += (plan)->column_dilation, pixel += (plan)->column_dilation * (plan)->channels)

static void DM_NAME(maximum_pool)(const dm_pooling *plan, const void *source_, void *result_, size_t first, size_t count) {
    const REAL *source = source_;
    for (size_t index = first; index < first + count; index++) {
        DM_NAME(window) window = DM_NAME(find_window)(plan, (ptrdiff_t)index);
        REAL *restrict z = (REAL *)result_ + (ptrdiff_t)index * plan->channels;
        for (ptrdiff_t c = 0; c < plan->channels; c++) z[c] = -(REAL)INFINITY;
        FOR_EACH_PIXEL(plan, window, pixel) {
            const REAL *restrict x = source + pixel;
            for (ptrdiff_t c = 0; c < plan->channels; c++) z[c] = x[c] > z[c] || x[c] != x[c] ? x[c] : z[c];
        }
    }
}

// Channels whose maxima are looked for at a time.
#define POOLED_CHANNELS ((ptrdiff_t)64)

// Adds the gradient of one window to the first maximum in each of `channels` channels.
static void DM_NAME(add_to_maxima)(
    const dm_pooling *plan, DM_NAME(window) window, const REAL *source, const REAL *restrict dz, REAL *gradient,
    ptrdiff_t channels) {
    REAL best[POOLED_CHANNELS], place[POOLED_CHANNELS], number = 0;
    for (ptrdiff_t c = 0; c < channels; c++) best[c] = -(REAL)INFINITY, place[c] = 0;
    FOR_EACH_PIXEL(plan, window, pixel) {
        const REAL *restrict x = source + pixel;
        for (ptrdiff_t c = 0; c < channels; c++) {
            bool is_better = x[c] > best[c] || x[c] != x[c];
            best[c] = is_better ? x[c] : best[c];
            place[c] = is_better ? number : place[c];
        }
        number += 1;
    }
    number = 0;
    FOR_EACH_PIXEL(plan, window, pixel) {
        REAL *restrict dx = gradient + pixel;
        for (ptrdiff_t c = 0; c < channels; c++) dx[c] += place[c] == number ? dz[c] : 0;
        number += 1;
    }
}

static void DM_NAME(clear_channels)(const dm_pooling *plan, REAL *map, ptrdiff_t image, ptrdiff_t first_channel, ptrdiff_t channels) {
    ptrdiff_t pixels = plan->source_height * plan->source_width;
    for (ptrdiff_t p = 0; p < pixels; p++)
        DM_NAME(clear_row)(map + (image * pixels + p) * plan->channels + first_channel, channels);
}

static void DM_NAME(maximum_pool_gradient)(
    const dm_pooling *plan, const void *source, const void *result_gradient, void *source_gradient, size_t image, size_t first_channel,
    size_t channels) {
    ptrdiff_t windows = plan->result_height * plan->result_width, last = (ptrdiff_t)(first_channel + channels);
    DM_NAME(clear_channels)(plan, source_gradient, (ptrdiff_t)image, (ptrdiff_t)first_channel, (ptrdiff_t)channels);
    for (ptrdiff_t index = (ptrdiff_t)image * windows; index < (ptrdiff_t)(image + 1) * windows; index++) {
        DM_NAME(window) window = DM_NAME(find_window)(plan, index);
        for (ptrdiff_t c = (ptrdiff_t)first_channel; c < last; c += POOLED_CHANNELS)
            DM_NAME(add_to_maxima)(
                plan, window, (const REAL *)source + c, (const REAL *)result_gradient + index * plan->channels + c,
                (REAL *)source_gradient + c, DM_NAME(smaller_index)(POOLED_CHANNELS, last - c));
    }
}

static void DM_NAME(average_pool)(const dm_pooling *plan, const void *source_, void *result_, size_t first, size_t count) {
    const REAL *source = source_;
    for (size_t index = first; index < first + count; index++) {
        DM_NAME(window) window = DM_NAME(find_window)(plan, (ptrdiff_t)index);
        REAL *restrict z = (REAL *)result_ + (ptrdiff_t)index * plan->channels;
        DM_NAME(clear_row)(z, plan->channels);
        FOR_EACH_PIXEL(plan, window, pixel) {
            const REAL *restrict x = source + pixel;
            for (ptrdiff_t c = 0; c < plan->channels; c++) z[c] += x[c];
        }
        for (ptrdiff_t c = 0; c < plan->channels; c++) z[c] /= window.size;
    }
}

static void DM_NAME(average_pool_gradient)(
    const dm_pooling *plan, const void *result_gradient, void *source_gradient, size_t image, size_t first_channel, size_t channels_) {
    ptrdiff_t windows = plan->result_height * plan->result_width, channels = (ptrdiff_t)channels_;
    REAL *gradient = (REAL *)source_gradient + first_channel;
    DM_NAME(clear_channels)(plan, source_gradient, (ptrdiff_t)image, (ptrdiff_t)first_channel, channels);
    for (ptrdiff_t index = (ptrdiff_t)image * windows; index < (ptrdiff_t)(image + 1) * windows; index++) {
        DM_NAME(window) window = DM_NAME(find_window)(plan, index);
        const REAL *restrict dz = (const REAL *)result_gradient + index * plan->channels + first_channel;
        FOR_EACH_PIXEL(plan, window, pixel) {
            REAL *restrict dx = gradient + pixel;
            for (ptrdiff_t c = 0; c < channels; c++) dx[c] += dz[c] / window.size;
        }
    }
}

static const dm_pooling_kernels DM_NAME(pooling_kernels) = {
    .maximum = DM_NAME(maximum_pool),
    .maximum_gradient = DM_NAME(maximum_pool_gradient),
    .average = DM_NAME(average_pool),
    .average_gradient = DM_NAME(average_pool_gradient),
};
