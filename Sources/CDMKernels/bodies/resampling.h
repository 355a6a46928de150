// Bilinear resampling of images `[n, h, w, c]`, one axis after the other, and its adjoint.

static inline void DM_NAME(blend)(const REAL *restrict x, const REAL *restrict y, REAL fraction, REAL *restrict z, size_t count) {
    for (size_t i = 0; i < count; i++) z[i] = x[i] + fraction * (y[i] - x[i]);
}

static inline void DM_NAME(add_scaled)(const REAL *restrict x, REAL factor, REAL *restrict z, size_t count) {
    for (size_t i = 0; i < count; i++) z[i] += factor * x[i];
}

// Row r of the batch * target rows; `scratch` holds one source row.
static inline void DM_NAME(resize_row)(const REAL *x, REAL *z, const dm_axis_map *vertical, const dm_axis_map *horizontal,
    size_t channels, size_t r, REAL *scratch) {
    size_t row = horizontal->source * channels, y = r % vertical->target;
    const REAL *image = x + r / vertical->target * vertical->source * row, *source = image + vertical->low[y] * row;
    if (vertical->fraction[y] != 0) {
        DM_NAME(blend)(source, image + vertical->high[y] * row, (REAL)vertical->fraction[y], scratch, row);
        source = scratch;
    }
    for (size_t t = 0; t < horizontal->target; t++, z += channels)
        DM_NAME(blend)(source + horizontal->low[t] * channels, source + horizontal->high[t] * channels,
            (REAL)horizontal->fraction[t], z, channels);
}

static void DM_NAME(resize)(const void *x, void *z, dm_axis_map vertical, dm_axis_map horizontal, size_t channels,
    size_t first, size_t end, void *scratch) {
    for (size_t r = first; r < end; r++)
        DM_NAME(resize_row)(x, (REAL *)z + r * horizontal.target * channels, &vertical, &horizontal, channels, r, scratch);
}

// Adds a target row's gradient to one source row's along the horizontal axis.
static inline void DM_NAME(add_row_adjoint)(const REAL *gradient, REAL *dx, const dm_axis_map *horizontal, size_t channels) {
    for (size_t t = 0; t < horizontal->target; t++) {
        REAL fraction = (REAL)horizontal->fraction[t];
        DM_NAME(add_scaled)(gradient + t * channels, 1 - fraction, dx + horizontal->low[t] * channels, channels);
        if (fraction != 0) DM_NAME(add_scaled)(gradient + t * channels, fraction, dx + horizontal->high[t] * channels, channels);
    }
}

static void DM_NAME(resize_adjoint)(const void *gradient_, void *dx_, dm_axis_map vertical, dm_axis_map horizontal,
    size_t channels, size_t first, size_t end, void *scratch) {
    size_t row = horizontal.target * channels;
    REAL *sum = scratch;
    for (size_t r = first; r < end; r++) {
        int32_t y = (int32_t)(r % vertical.source);
        const REAL *gradient = (const REAL *)gradient_ + r / vertical.source * vertical.target * row;
        memset(sum, 0, row * sizeof(REAL));
        for (int32_t t = vertical.first[y]; t < vertical.end[y]; t++) {
            double weight = (vertical.low[t] == y ? 1 - vertical.fraction[t] : 0)
                + (vertical.high[t] == y ? vertical.fraction[t] : 0);
            if (weight != 0) DM_NAME(add_scaled)(gradient + t * row, (REAL)weight, sum, row);
        }
        REAL *dx = (REAL *)dx_ + r * horizontal.source * channels;
        memset(dx, 0, horizontal.source * channels * sizeof(REAL));
        DM_NAME(add_row_adjoint)(sum, dx, &horizontal, channels);
    }
}

static void DM_NAME(copy_blocks)(const void *x, void *z, const int32_t *indices, size_t count, size_t bytes) {
    if (bytes == 1)
        for (size_t i = 0; i < count; i++) ((uint8_t *)z)[i] = ((const uint8_t *)x)[indices[i]];
    else if (bytes == 4)
        for (size_t i = 0; i < count; i++) ((uint32_t *)z)[i] = ((const uint32_t *)x)[indices[i]];
    else
        for (size_t i = 0; i < count; i++) memcpy((char *)z + i * bytes, (const char *)x + indices[i] * bytes, bytes);
}
