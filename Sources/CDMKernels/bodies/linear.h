// Linear layers. See `linear_kernels.h` for what each one means.

// Adds xᵀ y over some rows to `weights` [inputs, outputs] and the sums of y to `bias`; `packed` takes y.
static void DM_NAME(add_map_sums)(
    const REAL *x, const REAL *y, ptrdiff_t rows, ptrdiff_t inputs, ptrdiff_t outputs, REAL *packed, REAL *weights,
    REAL *restrict bias) {
    DM_NAME(pack)(y, outputs, 1, 0, (size_t)rows, (size_t)rows, (size_t)outputs, packed);
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict row = y + r * outputs;
        for (ptrdiff_t j = 0; j < outputs; j++) bias[j] += row[j];
    }
    REAL *targets[DM_TILE_ROWS];
    ptrdiff_t tiles = (inputs + DM_TILE_ROWS - 1) / DM_TILE_ROWS;
    for (ptrdiff_t t = 0; t < tiles; t++) {
        ptrdiff_t i = DM_NAME(tile_start)(inputs, tiles, t), height = DM_NAME(tile_start)(inputs, tiles, t + 1) - i;
        for (ptrdiff_t r = 0; r < height; r++) targets[r] = weights + (i + r) * outputs;
        for (ptrdiff_t j = 0; j < outputs; j += PANEL) {
            DM_NAME(k_slice) slice = {x + i, packed + j * rows, rows};
            DM_NAME(target) target = {targets, DM_NAME(smaller_index)(PANEL, outputs - j), true};
            DM_NAME(tile_of_columns)(height, inputs, &slice, 1, 0, 0, target, j);
        }
    }
}

static inline size_t DM_NAME(padded_columns)(size_t columns) {
    return (columns + (size_t)PANEL - 1) / (size_t)PANEL * (size_t)PANEL;
}

static size_t DM_NAME(map_scratch)(size_t outputs) { return BLOCK_ROWS * DM_NAME(padded_columns)(outputs) * sizeof(REAL); }

static void DM_NAME(map_sums)(
    const void *x, const void *gradient, void *sums, size_t rows, size_t inputs, size_t outputs, void *scratch) {
    REAL *weights = sums, *bias = weights + inputs * outputs;
    memset(sums, 0, (inputs + 1) * outputs * sizeof(REAL));
    for (size_t r = 0; r < rows; r += BLOCK_ROWS)
        DM_NAME(add_map_sums)(
            (const REAL *)x + r * inputs, (const REAL *)gradient + r * outputs,
            DM_NAME(smaller_index)(BLOCK_ROWS, (ptrdiff_t)(rows - r)), (ptrdiff_t)inputs, (ptrdiff_t)outputs, scratch, weights, bias);
}

// The value and the slope of the GELU, which share their distribution function.
static inline REAL DM_NAME(gelu_and_slope)(REAL x, REAL *slope) {
    REAL density, tail = DM_NAME(lower_tail)(x, &density), bounded = DM_NAME(bounded)(x), product = bounded * tail;
    *slope = (x > 0 ? 1 - tail : tail) + bounded * density * (REAL)0.39894228040143268;
    return x > 0 ? x - product : product;
}

static size_t DM_NAME(feed_forward_scratch)(const dm_feed_forward *layer) {
    size_t hidden = DM_NAME(padded_columns)(layer->hidden), outputs = DM_NAME(padded_columns)(layer->outputs);
    return BLOCK_ROWS * (3 * hidden + outputs) * sizeof(REAL);
}

static void DM_NAME(feed_forward)(const dm_feed_forward *layer, const void *x_, void *z_, size_t rows, void *scratch) {
    size_t inputs = layer->inputs, hidden = layer->hidden, outputs = layer->outputs;
    REAL *between = scratch;
    for (size_t r = 0; r < rows; r += BLOCK_ROWS) {
        size_t count = (size_t)DM_NAME(smaller_index)(BLOCK_ROWS, (ptrdiff_t)(rows - r));
        const REAL *x = (const REAL *)x_ + r * inputs;
        REAL *z = (REAL *)z_ + r * outputs;
        DM_NAME(matrix_product)(x, inputs, layer->first, layer->first_bias, between, hidden, count, inputs, hidden, false);
        DM_EACH(i, count * hidden) between[i] = DM_NAME(gelu_of)(between[i]);
        if (layer->adds_input) memcpy(z, x, count * outputs * sizeof(REAL));
        DM_NAME(matrix_product)(
            between, hidden, layer->second, layer->second_bias, z, outputs, count, hidden, outputs, layer->adds_input);
    }
}

static void DM_NAME(feed_forward_gradient)(
    const dm_feed_forward *layer, const void *x_, const void *gradient, void *dx_, void *sums, size_t rows, void *scratch) {
    size_t inputs = layer->inputs, hidden = layer->hidden, outputs = layer->outputs;
    REAL *first = sums, *first_bias = first + inputs * hidden, *second = first_bias + hidden;
    REAL *second_bias = second + hidden * outputs;
    REAL *between = scratch, *slopes = between + BLOCK_ROWS * hidden, *packed = slopes + BLOCK_ROWS * hidden;
    memset(sums, 0, ((inputs + 1) * hidden + (hidden + 1) * outputs) * sizeof(REAL));
    for (size_t r = 0; r < rows; r += BLOCK_ROWS) {
        size_t count = (size_t)DM_NAME(smaller_index)(BLOCK_ROWS, (ptrdiff_t)(rows - r));
        const REAL *x = (const REAL *)x_ + r * inputs, *g = (const REAL *)gradient + r * outputs;
        REAL *dx = (REAL *)dx_ + r * inputs;
        // What forward had between is worked out again: that costs less than a way to memory and back.
        DM_NAME(matrix_product)(x, inputs, layer->first, layer->first_bias, between, hidden, count, inputs, hidden, false);
        DM_NAME(matrix_product)(g, outputs, layer->transposed_second, NULL, slopes, hidden, count, outputs, hidden, false);
        DM_EACH(i, count * hidden) {
            REAL slope;
            between[i] = DM_NAME(gelu_and_slope)(between[i], &slope);
            slopes[i] *= slope;
        }
        if (layer->adds_input) memcpy(dx, g, count * inputs * sizeof(REAL));
        DM_NAME(matrix_product)(slopes, hidden, layer->transposed_first, NULL, dx, inputs, count, hidden, inputs, layer->adds_input);
        DM_NAME(add_map_sums)(
            x, slopes, (ptrdiff_t)count, (ptrdiff_t)inputs, (ptrdiff_t)hidden, packed, first, first_bias);
        DM_NAME(add_map_sums)(
            between, g, (ptrdiff_t)count, (ptrdiff_t)hidden, (ptrdiff_t)outputs, packed, second, second_bias);
    }
}

static const dm_linear_kernels DM_NAME(linear_kernels) = {
    .map_scratch = DM_NAME(map_scratch),
    .map_sums = DM_NAME(map_sums),
    .feed_forward_scratch = DM_NAME(feed_forward_scratch),
    .feed_forward = DM_NAME(feed_forward),
    .feed_forward_gradient = DM_NAME(feed_forward_gradient),
};
