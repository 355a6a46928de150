#ifndef CDM_REAL_KERNELS_H
#define CDM_REAL_KERNELS_H

#include "element_kernels.h"
#include "sendable.h"
#include <stddef.h>

/// Element-wise functions of `float` or `double`. Constants are handed over as `double`.
typedef struct DM_SENDABLE dm_real_kernels {
    /// z = x / y
    dm_binary_kernel divide;
    /// z = x ^ y
    dm_binary_kernel raise;
    /// The whole number below, above, or nearest, halves to even ones.
    dm_unary_kernel floor, ceiling, nearest;
    dm_unary_kernel negate, absolute, square, square_root, reciprocal;
    /// Float: polynomials, within a few units in the last place. Double: the C library's.
    dm_unary_kernel exponential, logarithm, tanh, sigmoid, log_sigmoid, sine, cosine;
    /// max(x, 0)
    dm_unary_kernel relu;
    /// x * Phi(x), where Phi is the normal distribution function.
    dm_unary_kernel gelu;
    /// z[i] = x[i] > 0 ? g[i] : 0
    void (*relu_pullback)(const void *x, const void *g, void *z, size_t count);
    /// z[i] = g[i] * (Phi(x[i]) + x[i] * phi(x[i]))
    void (*gelu_pullback)(const void *x, const void *g, void *z, size_t count);
    /// z[i] = x[i] ^ exponent
    void (*power)(const void *x, double exponent, void *z, size_t count);
    /// z[i] = min(max(x[i], low), high)
    void (*clamp)(const void *x, double low, double high, void *z, size_t count);
    /// z[i] = a * x[i] + b * z[i]; with b = 1 the classic axpy
    void (*combine)(double a, const void *x, double b, void *z, size_t count);
    /// Along rows: exp(x - max) / sum
    void (*softmax)(const void *x, void *z, size_t rows, size_t columns);
    /// Along rows: y (g - sum(y g)), the gradient of softmax given its result y
    void (*softmax_pullback)(const void *y, const void *g, void *z, size_t rows, size_t columns);
    /// Along rows: x - max - log(sum(exp(x - max)))
    void (*log_softmax)(const void *x, void *z, size_t rows, size_t columns);
} dm_real_kernels;

#endif
