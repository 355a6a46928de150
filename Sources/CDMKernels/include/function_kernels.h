#ifndef CDM_FUNCTION_KERNELS_H
#define CDM_FUNCTION_KERNELS_H

#include "sendable.h"
#include <stddef.h>

/// A function of each element, with up to two constants, and its slope.
typedef struct DM_SENDABLE dm_function_kernel {
    /// z[i] = f(x[i])
    void (*value)(const void *x, double a, double b, void *z, size_t count);
    /// z[i] = g[i] f'(x[i])
    void (*pullback)(const void *x, const void *g, double a, double b, void *z, size_t count);
} dm_function_kernel;

/// Further functions of `float` or `double`: what only the C library has is worked out in doubles.
typedef struct DM_SENDABLE dm_function_kernels {
    dm_function_kernel tangent, arcsine, arccosine, arctangent;
    dm_function_kernel hyperbolic_sine, hyperbolic_cosine, inverse_hyperbolic_sine, inverse_hyperbolic_cosine, inverse_hyperbolic_tangent;
    dm_function_kernel error_function;
    /// x > 0 ? x : a x
    dm_function_kernel leaky_relu;
    /// b (x > 0 ? x : a (e^x - 1))
    dm_function_kernel elu;
    /// x > 0 ? x : a (e^(x / a) - 1)
    dm_function_kernel celu;
    /// min(max(a x + b, 0), 1)
    dm_function_kernel hard_sigmoid;
    /// x min(max(x / 6 + 1/2, 0), 1)
    dm_function_kernel hard_swish;
    /// x tanh(log(1 + e^x))
    dm_function_kernel mish;
    /// log(1 + e^x)
    dm_function_kernel softplus;
    /// x / (1 + |x|)
    dm_function_kernel softsign;
    /// x > a ? x : 0
    dm_function_kernel thresholded_relu;
    /// x < -a ? x + b : x > a ? x - b : 0
    dm_function_kernel shrink;
    /// x / (1 + e^(-a x))
    dm_function_kernel swish;
    /// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
    dm_function_kernel tanh_gelu;
} dm_function_kernels;

#endif
