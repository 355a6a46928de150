// Element-wise functions of the real numbers. See `real_kernels.h` for what each one means.

DM_BINARY(divide, REAL, a / b)
DM_BINARY(raise, REAL, DM_NAME(pow)(a, b))

// `EXPRESSION` is in a.
#define DM_UNARY(name, EXPRESSION)                                                                                     \
    static void DM_NAME(name)(const void *x_, void *z_, size_t count) {                                                \
        const REAL *x = x_;                                                                                            \
        REAL *z = z_;                                                                                                  \
        DM_EACH(i, count) { REAL a = x[i]; z[i] = (EXPRESSION); }                                                      \
    }

static inline REAL DM_NAME(logistic)(REAL x) { return 1 / (1 + DM_NAME(exp)(-x)); }

static inline REAL DM_NAME(log_logistic)(REAL x) {
    return (x < 0 ? x : 0) - DM_NAME(log1p)(DM_NAME(exp)(-DM_NAME(fabs)(x)));
}

// Beyond 40 the tail is 0: bounding its factor keeps infinity times 0 away.
static inline REAL DM_NAME(bounded)(REAL x) { return x < -40 ? -40 : x > 40 ? 40 : x; }

static inline REAL DM_NAME(gelu_of)(REAL x) {
    REAL density, tail = DM_NAME(lower_tail)(x, &density), product = DM_NAME(bounded)(x) * tail;
    return x > 0 ? x - product : product;
}

static inline REAL DM_NAME(gelu_slope)(REAL x) {
    REAL density, tail = DM_NAME(lower_tail)(x, &density);
    return (x > 0 ? 1 - tail : tail) + DM_NAME(bounded)(x) * density * (REAL)0.39894228040143268;
}

DM_UNARY(negate, -a)
DM_UNARY(floor, __builtin_elementwise_floor(a))
DM_UNARY(ceiling, __builtin_elementwise_ceil(a))
DM_UNARY(nearest, __builtin_elementwise_roundeven(a))
DM_UNARY(absolute, DM_NAME(fabs)(a))
DM_UNARY(square, a * a)
DM_UNARY(square_root, DM_NAME(sqrt)(a))
DM_UNARY(reciprocal, 1 / a)
DM_UNARY(exponential, DM_NAME(exp)(a))
DM_UNARY(logarithm, DM_NAME(log)(a))
DM_UNARY(hyperbolic_tangent, DM_NAME(tanh)(a))
DM_UNARY(sigmoid, DM_NAME(logistic)(a))
DM_UNARY(log_sigmoid, DM_NAME(log_logistic)(a))
DM_UNARY(sine, DM_NAME(sin)(a))
DM_UNARY(cosine, DM_NAME(cos)(a))
DM_UNARY(relu, a > 0 ? a : 0)
DM_UNARY(gelu, DM_NAME(gelu_of)(a))
#undef DM_UNARY

static void DM_NAME(relu_pullback)(const void *x_, const void *g_, void *z_, size_t count) {
    const REAL *x = x_, *g = g_;
    REAL *z = z_;
    DM_EACH(i, count) {
        REAL slope = g[i];
        z[i] = x[i] > 0 ? slope : 0;
    }
}

static void DM_NAME(gelu_pullback)(const void *x_, const void *g_, void *z_, size_t count) {
    const REAL *x = x_, *g = g_;
    REAL *z = z_;
    DM_EACH(i, count) z[i] = g[i] * DM_NAME(gelu_slope)(x[i]);
}

static void DM_NAME(power)(const void *x_, double exponent, void *z_, size_t count) {
    const REAL *x = x_;
    REAL *z = z_;
    for (size_t i = 0; i < count; i++) z[i] = DM_NAME(pow)(x[i], (REAL)exponent);
}

static void DM_NAME(clamp)(const void *x_, double low_, double high_, void *z_, size_t count) {
    const REAL *x = x_;
    REAL *z = z_, low = (REAL)low_, high = (REAL)high_;
    DM_EACH(i, count) {
        REAL a = x[i];
        a = a < low ? low : a;
        z[i] = a > high ? high : a;
    }
}

static void DM_NAME(combine)(double a_, const void *x_, double b_, void *z_, size_t count) {
    const REAL *x = x_;
    REAL *z = z_, a = (REAL)a_, b = (REAL)b_;
    DM_EACH(i, count) z[i] = a * x[i] + b * z[i];
}

// Short rows: the exponentials of many of them are taken together, so that they fill vectors. The number of columns may
// be known to the compiler.
__attribute__((always_inline)) static inline void DM_NAME(softmax_of_short_rows)(
    const REAL *restrict x, REAL *restrict z, size_t rows, const size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        REAL largest = x[r * columns];
        for (size_t c = 1; c < columns; c++) largest = x[r * columns + c] > largest ? x[r * columns + c] : largest;
        for (size_t c = 0; c < columns; c++) z[r * columns + c] = x[r * columns + c] - largest;
    }
    DM_EACH(i, rows * columns) z[i] = DM_NAME(exp)(z[i]);
    for (size_t r = 0; r < rows; r++) {
        REAL sum = 0;
        for (size_t c = 0; c < columns; c++) sum += z[r * columns + c];
        REAL scale = 1 / sum;
        for (size_t c = 0; c < columns; c++) z[r * columns + c] *= scale;
    }
}

static void DM_NAME(softmax)(const void *x_, void *z_, size_t rows, size_t columns) {
    enum { short_row = 16, together = 128 };
    if (columns < short_row) {
        for (size_t r = 0; r < rows; r += together) {
            const REAL *x = (const REAL *)x_ + r * columns;
            REAL *z = (REAL *)z_ + r * columns;
            size_t count = rows - r < together ? rows - r : together;
            if (columns == 4) DM_NAME(softmax_of_short_rows)(x, z, count, 4);
            else DM_NAME(softmax_of_short_rows)(x, z, count, columns);
        }
        return;
    }
    for (size_t r = 0; r < rows; r++) {
        const REAL *x = (const REAL *)x_ + r * columns;
        REAL *z = (REAL *)z_ + r * columns, largest = DM_NAME(row_largest)(x, columns);
        DM_EACH(c, columns) z[c] = DM_NAME(exp)(x[c] - largest);
        REAL scale = (REAL)(1 / DM_NAME(row_sum)(z, columns));
        DM_EACH(c, columns) z[c] *= scale;
    }
}

__attribute__((always_inline)) static inline void DM_NAME(softmax_pullback_of_rows)(
    const REAL *restrict y, const REAL *restrict g, REAL *restrict z, size_t rows, const size_t columns) {
#pragma clang fp reassociate(on)
    for (size_t r = 0; r < rows; r++, y += columns, g += columns, z += columns) {
        REAL sum = 0;
        for (size_t c = 0; c < columns; c++) sum += y[c] * g[c];
        for (size_t c = 0; c < columns; c++) z[c] = y[c] * (g[c] - sum);
    }
}

static void DM_NAME(softmax_pullback)(const void *y, const void *g, void *z, size_t rows, size_t columns) {
    if (columns == 4) DM_NAME(softmax_pullback_of_rows)(y, g, z, rows, 4);
    else DM_NAME(softmax_pullback_of_rows)(y, g, z, rows, columns);
}

static void DM_NAME(log_softmax)(const void *x_, void *z_, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const REAL *x = (const REAL *)x_ + r * columns;
        REAL *z = (REAL *)z_ + r * columns, largest = DM_NAME(row_largest)(x, columns);
        DM_EACH(c, columns) z[c] = DM_NAME(exp)(x[c] - largest);
        REAL logarithm = DM_NAME(log)((REAL)DM_NAME(row_sum)(z, columns));
        DM_EACH(c, columns) z[c] = (x[c] - largest) - logarithm;
    }
}

static const dm_real_kernels DM_NAME(real_kernels) = {
    .divide = DM_NAME(divide), .raise = DM_NAME(raise),
    .floor = DM_NAME(floor), .ceiling = DM_NAME(ceiling), .nearest = DM_NAME(nearest),
    .negate = DM_NAME(negate), .absolute = DM_NAME(absolute), .square = DM_NAME(square),
    .square_root = DM_NAME(square_root), .reciprocal = DM_NAME(reciprocal),
    .exponential = DM_NAME(exponential), .logarithm = DM_NAME(logarithm), .tanh = DM_NAME(hyperbolic_tangent),
    .sigmoid = DM_NAME(sigmoid), .log_sigmoid = DM_NAME(log_sigmoid), .sine = DM_NAME(sine), .cosine = DM_NAME(cosine),
    .relu = DM_NAME(relu), .gelu = DM_NAME(gelu),
    .relu_pullback = DM_NAME(relu_pullback), .gelu_pullback = DM_NAME(gelu_pullback),
    .power = DM_NAME(power), .clamp = DM_NAME(clamp), .combine = DM_NAME(combine),
    .softmax = DM_NAME(softmax), .softmax_pullback = DM_NAME(softmax_pullback), .log_softmax = DM_NAME(log_softmax),
};
