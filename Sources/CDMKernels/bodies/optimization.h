// Steps of optimizers. See `optimization_kernels.h` for what each one means.

static void DM_NAME(sgd)(void *p_, const void *g_, void *v_, size_t count, double rate_, double momentum_, double decay_) {
    REAL *p = p_, *v = v_;
    const REAL *g = g_;
    const REAL rate = (REAL)rate_, momentum = (REAL)momentum_, decay = (REAL)decay_;
    for (size_t i = 0; i < count; i++) {
        v[i] = momentum * v[i] + (g[i] + decay * p[i]);
        p[i] -= rate * v[i];
    }
}

static void DM_NAME(adamw)(void *p_, const void *g_, void *m_, void *s_, size_t count, double rate_, double b1_, double b2_,
                           double c1_, double c2_, double epsilon_, double decay_) {
    REAL *p = p_, *m = m_, *s = s_;
    const REAL *g = g_;
    const REAL b1 = (REAL)b1_, b2 = (REAL)b2_, epsilon = (REAL)epsilon_;
    const REAL kept = (REAL)(1 - rate_ * decay_), step = (REAL)(rate_ / c1_), scale = (REAL)(1 / sqrt(c2_));
    for (size_t i = 0; i < count; i++) {
        m[i] = b1 * m[i] + (1 - b1) * g[i];
        s[i] = b2 * s[i] + (1 - b2) * g[i] * g[i];
        p[i] = kept * p[i] - step * m[i] / (DM_NAME(sqrt)(s[i]) * scale + epsilon);
    }
}

static void DM_NAME(average)(void *a_, const void *x_, size_t count, double decay_) {
    REAL *a = a_;
    const REAL *x = x_;
    const REAL decay = (REAL)decay_;
    for (size_t i = 0; i < count; i++) a[i] = decay * a[i] + (1 - decay) * x[i];
}

static const dm_optimization_kernels DM_NAME(optimization_kernels) = {
    .sgd = DM_NAME(sgd),
    .adamw = DM_NAME(adamw),
    .average = DM_NAME(average),
};
