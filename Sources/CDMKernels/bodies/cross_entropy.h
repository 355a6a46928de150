// Cross-entropy of softmax(x). Rows are short: as many rows as a vector has lanes go side by side.

// log(sum(exp(x))) of rows at the given offsets, in two parts: the largest x and the logarithm of the
// sum relative to it.
static inline void DM_NAME(log_sums)(const REAL *restrict x, const int32_t *restrict offsets, int32_t classes,
    REAL *restrict largest, REAL *restrict logarithm) {
    REAL sum[DM_LANES] = {0};
    for (size_t l = 0; l < DM_LANES; l++) largest[l] = x[offsets[l]];
    for (int32_t c = 1; c < classes; c++)
        DM_VECTORIZE
        for (size_t l = 0; l < DM_LANES; l++) {
            REAL v = x[offsets[l] + c];
            largest[l] = v > largest[l] ? v : largest[l];
        }
    for (int32_t c = 0; c < classes; c++)
        DM_VECTORIZE
        for (size_t l = 0; l < DM_LANES; l++) sum[l] += DM_NAME(exp)(x[offsets[l] + c] - largest[l]);
    for (size_t l = 0; l < DM_LANES; l++) logarithm[l] = DM_NAME(log)(sum[l]);
}

static size_t DM_NAME(cross_entropy)(const void *x_, const int32_t *targets, void *losses_, void *normalizers_, size_t rows,
    size_t classes, int32_t ignored) {
    const REAL *x = x_;
    REAL *losses = losses_, *normalizers = normalizers_, largest[DM_LANES], logarithm[DM_LANES];
    size_t wrong = 0;
    int32_t offsets[DM_LANES];
    for (size_t r = 0; r < rows; r++) wrong += targets[r] != ignored && (targets[r] < 0 || (size_t)targets[r] >= classes);
    if (wrong || classes == 0) {
        memset(losses, 0, rows * sizeof(REAL));
        memset(normalizers, 0, rows * sizeof(REAL));
        return wrong;
    }
    for (size_t start = 0; start < rows; start += DM_LANES) {
        for (size_t l = 0; l < DM_LANES; l++) offsets[l] = (int32_t)((start + l < rows ? l : 0) * classes);
        DM_NAME(log_sums)(x + start * classes, offsets, (int32_t)classes, largest, logarithm);
        for (size_t l = 0; l < DM_LANES && start + l < rows; l++) {
            size_t r = start + l;
            // The largest logit is taken off first: the loss keeps its digits where logits are large.
            losses[r] = targets[r] == ignored ? 0 : logarithm[l] + (largest[l] - x[r * classes + (size_t)targets[r]]);
            normalizers[r] = largest[l] + logarithm[l];
        }
    }
    return 0;
}

static void DM_NAME(cross_entropy_gradient)(const void *x_, const int32_t *targets, const void *normalizers_,
    const void *gradient_, void *dx_, size_t rows, size_t classes, int32_t ignored) {
    const REAL *normalizers = normalizers_, *gradient = gradient_;
    for (size_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)x_ + r * classes;
        REAL *restrict dx = (REAL *)dx_ + r * classes;
        if (targets[r] == ignored) {
            memset(dx, 0, classes * sizeof(REAL));
            continue;
        }
        REAL normalizer = normalizers[r], g = gradient[r];
        for (size_t c = 0; c < classes; c++) dx[c] = g * DM_NAME(exp)(x[c] - normalizer);
        dx[targets[r]] -= g;
    }
}
