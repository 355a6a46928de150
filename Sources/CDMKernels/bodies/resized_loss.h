// Cross-entropy of enlarged logits, a row of pixels at a time: logits at full size never exist.

// A row of logits, its gradient, its losses and normalizers, and two rows of the source.
static size_t DM_NAME(resized_loss_scratch)(size_t source_width, size_t target_width, size_t classes) {
    return (2 * target_width * classes + 2 * target_width + 2 * source_width * classes) * sizeof(REAL);
}

static size_t DM_NAME(resized_cross_entropy)(const void *x, const int32_t *targets, void *losses, dm_axis_map vertical,
    dm_axis_map horizontal, size_t classes, int32_t ignored, size_t first, size_t end, void *scratch) {
    size_t width = horizontal.target, wrong = 0;
    REAL *logits = scratch, *normalizers = logits + width * classes, *source = normalizers + width;
    for (size_t r = first; r < end; r++) {
        DM_NAME(resize_row)(x, logits, &vertical, &horizontal, classes, r, source);
        wrong += DM_NAME(cross_entropy)(logits, targets + r * width, (REAL *)losses + r * width, normalizers, width, classes, ignored);
    }
    return wrong;
}

static void DM_NAME(resized_cross_entropy_gradient)(const void *x, const int32_t *targets, const void *gradient, void *dx,
    dm_axis_map vertical, dm_axis_map horizontal, size_t classes, int32_t ignored, size_t first, size_t end, void *scratch) {
    size_t width = horizontal.target, row = horizontal.source * classes;
    REAL *logits = scratch, *dlogits = logits + width * classes, *losses = dlogits + width * classes;
    REAL *normalizers = losses + width, *source = normalizers + width, *dsource = source + row;
    for (size_t image = first; image < end; image++) {
        REAL *dimage = (REAL *)dx + image * vertical.source * row;
        memset(dimage, 0, vertical.source * row * sizeof(REAL));
        for (size_t y = 0; y < vertical.target; y++) {
            size_t r = image * vertical.target + y;
            REAL fraction = (REAL)vertical.fraction[y];
            DM_NAME(resize_row)(x, logits, &vertical, &horizontal, classes, r, source);
            DM_NAME(cross_entropy)(logits, targets + r * width, losses, normalizers, width, classes, ignored);
            DM_NAME(cross_entropy_gradient)(
                logits, targets + r * width, normalizers, (const REAL *)gradient + r * width, dlogits, width, classes, ignored);
            memset(dsource, 0, row * sizeof(REAL));
            DM_NAME(add_row_adjoint)(dlogits, dsource, &horizontal, classes);
            DM_NAME(add_scaled)(dsource, 1 - fraction, dimage + vertical.low[y] * row, row);
            if (fraction != 0) DM_NAME(add_scaled)(dsource, fraction, dimage + vertical.high[y] * row, row);
        }
    }
}
