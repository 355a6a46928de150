// Element-wise computations and reductions. See `real_kernels.h` for what each one means.

static void DM_NAME(add)(const void *x_, const void *y_, void *z_, size_t count) {
    const REAL *x = x_, *y = y_;
    REAL *z = z_;
    for (size_t i = 0; i < count; i++) z[i] = x[i] + y[i];
}

static const dm_real_kernels DM_NAME(real_kernels) = {
    .add = DM_NAME(add),
};
