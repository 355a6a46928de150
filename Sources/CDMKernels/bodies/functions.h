// Further functions of each element and their slopes. See `function_kernels.h` for what each one means.

// `VALUE` and `SLOPE` are in x, a and b.
#define DM_FUNCTION(name, VALUE, SLOPE)                                                                                \
    static void DM_NAME(name##_value)(const void *x_, double a_, double b_, void *z_, size_t count) {                  \
        const REAL *xs = x_, a = (REAL)a_, b = (REAL)b_;                                                               \
        REAL *z = z_;                                                                                                  \
        (void)a, (void)b;                                                                                              \
        DM_EACH(i, count) { REAL x = xs[i]; z[i] = (REAL)(VALUE); }                                                    \
    }                                                                                                                  \
    static void DM_NAME(name##_pullback)(const void *x_, const void *g_, double a_, double b_, void *z_, size_t count) { \
        const REAL *xs = x_, *g = g_, a = (REAL)a_, b = (REAL)b_;                                                      \
        REAL *z = z_;                                                                                                  \
        (void)a, (void)b;                                                                                              \
        DM_EACH(i, count) { REAL x = xs[i]; z[i] = g[i] * (REAL)(SLOPE); }                                             \
    }

static inline REAL DM_NAME(soft_plus)(REAL x) { return -DM_NAME(log_logistic)(-x); }

static inline REAL DM_NAME(mish_slope)(REAL x) {
    REAL t = DM_NAME(tanh)(DM_NAME(soft_plus)(x));
    return t + x * (1 - t * t) * DM_NAME(logistic)(x);
}

static inline REAL DM_NAME(swish_slope)(REAL x, REAL a) {
    REAL s = DM_NAME(logistic)(a * x);
    return s + a * x * s * (1 - s);
}

// sqrt(2 / pi) (x + 0.044715 x^3)
static inline REAL DM_NAME(gelu_angle)(REAL x) { return (REAL)0.79788456080286536 * (x + (REAL)0.044715 * x * x * x); }

// (1 + tanh u) / 2 = 1 / (1 + e^(-2 u)), which keeps its digits where both vanish.
static inline REAL DM_NAME(tanh_gelu_slope)(REAL x) {
    REAL s = DM_NAME(logistic)(2 * DM_NAME(gelu_angle)(x));
    return s + 2 * x * s * (1 - s) * (REAL)0.79788456080286536 * (1 + (REAL)(3 * 0.044715) * x * x);
}

static inline REAL DM_NAME(held)(REAL x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

DM_FUNCTION(tangent, tan((double)x), 1 + tan((double)x) * tan((double)x))
DM_FUNCTION(arcsine, asin((double)x), 1 / DM_NAME(sqrt)(1 - x * x))
DM_FUNCTION(arccosine, acos((double)x), -1 / DM_NAME(sqrt)(1 - x * x))
DM_FUNCTION(arctangent, atan((double)x), 1 / (1 + x * x))
DM_FUNCTION(hyperbolic_sine, sinh((double)x), cosh((double)x))
DM_FUNCTION(hyperbolic_cosine, cosh((double)x), sinh((double)x))
DM_FUNCTION(inverse_hyperbolic_sine, asinh((double)x), 1 / DM_NAME(sqrt)(x * x + 1))
DM_FUNCTION(inverse_hyperbolic_cosine, acosh((double)x), 1 / DM_NAME(sqrt)((x - 1) * (x + 1)))
DM_FUNCTION(inverse_hyperbolic_tangent, atanh((double)x), 1 / ((1 - x) * (1 + x)))
DM_FUNCTION(error_function, erf((double)x), (REAL)1.1283791670955126 * DM_NAME(exp)(-x * x))
DM_FUNCTION(leaky_relu, x > 0 ? x : a * x, x > 0 ? 1 : a)
DM_FUNCTION(elu, b * (x > 0 ? x : a * (REAL)expm1((double)x)), b * (x > 0 ? 1 : a * DM_NAME(exp)(x)))
DM_FUNCTION(celu, x > 0 ? x : a * (REAL)expm1((double)(x / a)), x > 0 ? 1 : DM_NAME(exp)(x / a))
DM_FUNCTION(hard_sigmoid, DM_NAME(held)(a * x + b), a * x + b > 0 && a * x + b < 1 ? a : 0)
DM_FUNCTION(hard_swish, x * DM_NAME(held)(x / 6 + (REAL)0.5), x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + (REAL)0.5)
DM_FUNCTION(mish, x * DM_NAME(tanh)(DM_NAME(soft_plus)(x)), DM_NAME(mish_slope)(x))
DM_FUNCTION(softplus, DM_NAME(soft_plus)(x), DM_NAME(logistic)(x))
DM_FUNCTION(softsign, x / (1 + DM_NAME(fabs)(x)), 1 / ((1 + DM_NAME(fabs)(x)) * (1 + DM_NAME(fabs)(x))))
DM_FUNCTION(thresholded_relu, x > a ? x : 0, x > a ? 1 : 0)
DM_FUNCTION(shrink, x < -a ? x + b : x > a ? x - b : 0, x < -a || x > a ? 1 : 0)
DM_FUNCTION(swish, x * DM_NAME(logistic)(a * x), DM_NAME(swish_slope)(x, a))
DM_FUNCTION(tanh_gelu, x * DM_NAME(logistic)(2 * DM_NAME(gelu_angle)(x)), DM_NAME(tanh_gelu_slope)(x))
#undef DM_FUNCTION

#define DM_PAIR(name) .name = {DM_NAME(name##_value), DM_NAME(name##_pullback)}
static const dm_function_kernels DM_NAME(function_kernels) = {
    DM_PAIR(tangent), DM_PAIR(arcsine), DM_PAIR(arccosine), DM_PAIR(arctangent),
    DM_PAIR(hyperbolic_sine), DM_PAIR(hyperbolic_cosine), DM_PAIR(inverse_hyperbolic_sine),
    DM_PAIR(inverse_hyperbolic_cosine), DM_PAIR(inverse_hyperbolic_tangent), DM_PAIR(error_function),
    DM_PAIR(leaky_relu), DM_PAIR(elu), DM_PAIR(celu), DM_PAIR(hard_sigmoid), DM_PAIR(hard_swish), DM_PAIR(mish),
    DM_PAIR(softplus), DM_PAIR(softsign), DM_PAIR(thresholded_relu), DM_PAIR(shrink), DM_PAIR(swish), DM_PAIR(tanh_gelu),
};
#undef DM_PAIR
