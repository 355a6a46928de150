// Computations on feature maps. See `vision_kernels.h` for what each one means.

static void DM_NAME(add_bias)(const void *x_, const void *bias_, void *z_, size_t rows, size_t columns) {
    const REAL *x = x_, *bias = bias_;
    REAL *z = z_;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) z[r * columns + c] = x[r * columns + c] + bias[c];
}

static const dm_vision_kernels DM_NAME(vision_kernels) = {
    .add_bias = DM_NAME(add_bias),
};
