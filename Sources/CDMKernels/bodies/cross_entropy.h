// Cross-entropy of softmax(x), row by row.

static size_t DM_NAME(cross_entropy)(const void *x_, const int32_t *targets, void *losses_, void *normalizers_, size_t rows,
    size_t classes, int32_t ignored) {
#pragma clang fp reassociate(on)
    REAL *losses = losses_, *normalizers = normalizers_;
    size_t wrong = 0;
    for (size_t r = 0; r < rows; r++) {
        const REAL *x = (const REAL *)x_ + r * classes;
        int32_t target = targets[r];
        losses[r] = normalizers[r] = 0;
        if (target == ignored) continue;
        if (target < 0 || (size_t)target >= classes) {
            wrong++;
            continue;
        }
        REAL largest = x[0], sum = 0;
        for (size_t c = 1; c < classes; c++) largest = x[c] > largest ? x[c] : largest;
        for (size_t c = 0; c < classes; c++) sum += DM_NAME(exp)(x[c] - largest);
        REAL logarithm = (REAL)log(sum);
        // The largest logit is taken off first: the loss keeps its digits where logits are large.
        losses[r] = logarithm + (largest - x[target]);
        normalizers[r] = largest + logarithm;
    }
    return wrong;
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
