// The gradient of convolution weights: products of transposed source pixels, read where they lie,
// with packed gradients of the result.

// Positions whose result gradients are packed at a time, and the panels that a block may have.
#define SPAN ((ptrdiff_t)128)
#define BLOCK_PANELS ((ptrdiff_t)8)

// The grid columns of a row whose tap at source column `tap` lies inside the image.
static void DM_NAME(columns_inside)(const dm_convolution *plan, ptrdiff_t tap, ptrdiff_t *first, ptrdiff_t *last) {
    ptrdiff_t step = plan->column_step, room = plan->source_width - 1 - tap;
    *first = tap >= 0 ? 0 : (-tap + step - 1) / step;
    *last = DM_NAME(clamped_index)(room < 0 ? 0 : room / step + 1, 0, plan->columns);
    if (*first > *last) *first = *last;
}

// The slices of a span of positions in grid columns `low ..< high` whose tap (row, column) lies in an image row.
static ptrdiff_t DM_NAME(find_slices)(
    const dm_convolution *plan, const REAL *source, const REAL *packed, ptrdiff_t first, ptrdiff_t count, ptrdiff_t row,
    ptrdiff_t column, ptrdiff_t low, ptrdiff_t high, DM_NAME(k_slice) *slices) {
    ptrdiff_t found = 0;
    for (ptrdiff_t p = first, length; p < first + count; p += length) {
        ptrdiff_t c = p % plan->columns, line = p / plan->columns;
        length = DM_NAME(smaller_index)(plan->columns - c, first + count - p);
        ptrdiff_t y = line % plan->rows * plan->row_step + row, image = line / plan->rows;
        ptrdiff_t from = c > low ? c : low, to = DM_NAME(smaller_index)(c + length, high);
        if (y < 0 || y >= plan->source_height || from >= to) continue;
        ptrdiff_t pixel = (image * plan->source_height + y) * plan->source_width + from * plan->column_step + column;
        slices[found++] = (DM_NAME(k_slice)){
            source + pixel * plan->source_channels + plan->first_source_channel, packed + (p - first + from - c) * PANEL, to - from};
    }
    return found;
}

// Adds the products of some slices to `rows` rows of the gradient, `row_size` apart.
static void DM_NAME(add_products)(
    const DM_NAME(k_slice) *slices, ptrdiff_t count, ptrdiff_t depth_step, ptrdiff_t first_channel, REAL *gradient,
    ptrdiff_t row_size, ptrdiff_t rows, ptrdiff_t columns) {
    if (count == 0) return;
    REAL *targets[DM_TILE_ROWS];
    ptrdiff_t tiles = (rows + DM_TILE_ROWS - 1) / DM_TILE_ROWS;
    for (ptrdiff_t j = 0; j < columns; j += PANEL)
        for (ptrdiff_t t = 0; t < tiles; t++) {
            ptrdiff_t i = DM_NAME(tile_start)(rows, tiles, t), height = DM_NAME(tile_start)(rows, tiles, t + 1) - i;
            for (ptrdiff_t r = 0; r < height; r++) targets[r] = gradient + (i + r) * row_size;
            DM_NAME(target) target = {targets, DM_NAME(smaller_index)(PANEL, columns - j), true};
            DM_NAME(tile_of_columns)(height, depth_step, slices, count, first_channel + i, j * SPAN, target, j);
        }
}

// Adds what one span of positions brings to `rows` rows, from `first_row` on, of one run's gradient.
static void DM_NAME(add_span)(
    const dm_convolution *plan, dm_tap_run run, ptrdiff_t first_row, ptrdiff_t rows, ptrdiff_t columns, const REAL *source,
    const REAL *packed, REAL *gradient, ptrdiff_t first, ptrdiff_t count) {
    DM_NAME(k_slice) slices[SPAN];
    ptrdiff_t channels = plan->group_source_channels, row_size = plan->result_channels;
    ptrdiff_t depth_step = plan->column_step * plan->source_channels;
    // Where all taps of the run lie inside, their channels are one contiguous row.
    ptrdiff_t low, high, other;
    DM_NAME(columns_inside)(plan, run.column, &low, &other);
    DM_NAME(columns_inside)(plan, run.column + run.taps - 1, &other, &high);
    if (high < low) high = low;
    ptrdiff_t found = DM_NAME(find_slices)(plan, source, packed, first, count, run.row, run.column, low, high, slices);
    DM_NAME(add_products)(slices, found, depth_step, first_row, gradient, row_size, rows, columns);
    if (run.taps == 1) return;
    for (ptrdiff_t t = 0; t < run.taps; t++) {
        ptrdiff_t from, to, column = run.column + t;
        DM_NAME(columns_inside)(plan, column, &from, &to);
        REAL *tap_rows = gradient + t * channels * row_size;
        found = DM_NAME(find_slices)(
            plan, source, packed, first, count, run.row, column, from, DM_NAME(smaller_index)(to, low), slices);
        DM_NAME(add_products)(slices, found, depth_step, 0, tap_rows, row_size, channels, columns);
        found = DM_NAME(find_slices)(
            plan, source, packed, first, count, run.row, column, from > high ? from : high, to, slices);
        DM_NAME(add_products)(slices, found, depth_step, 0, tap_rows, row_size, channels, columns);
    }
}

static void DM_NAME(weight_gradient)(
    const dm_convolution *plan, const dm_weight_block *block, const void *source, const void *result_gradient_, void *weight_gradient,
    size_t first, size_t count) {
    _Alignas(64) REAL packed[SPAN * BLOCK_PANELS * PANEL];
    const REAL *result_gradient = (const REAL *)result_gradient_ + plan->first_result_channel + block->first_column;
    REAL *gradient = (REAL *)weight_gradient + plan->first_result_channel + block->first_column;
    ptrdiff_t last_row = block->first_row + block->rows, end = (ptrdiff_t)(first + count);
    for (ptrdiff_t i = block->first_row; i < last_row; i++)
        DM_NAME(clear_row)(gradient + i * plan->result_channels, block->columns);
    for (ptrdiff_t p = (ptrdiff_t)first; p < end; p += SPAN) {
        ptrdiff_t length = DM_NAME(smaller_index)(SPAN, end - p), start = 0;
        DM_NAME(pack)(
            result_gradient + p * plan->result_channels, plan->result_channels, 1, 0, (size_t)length, (size_t)SPAN,
            (size_t)block->columns, packed);
        for (ptrdiff_t r = 0; r < plan->run_count; r++) {
            ptrdiff_t size = plan->runs[r].taps * plan->group_source_channels;
            ptrdiff_t low = DM_NAME(clamped_index)(block->first_row - start, 0, size);
            ptrdiff_t high = DM_NAME(clamped_index)(last_row - start, low, size);
            if (low < high)
                DM_NAME(add_span)(
                    plan, plan->runs[r], low, high - low, block->columns, source, packed,
                    gradient + (start + low) * plan->result_channels, p, length);
            start += size;
        }
    }
}

static void DM_NAME(add_parts)(const void *x_, void *z_, size_t parts, size_t count, size_t first, size_t last) {
    REAL *restrict z = z_;
    for (size_t p = 0; p < parts; p++) {
        const REAL *restrict x = (const REAL *)x_ + p * count;
        for (size_t i = first; i < last; i++) z[i] += x[i];
    }
}
