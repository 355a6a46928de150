#ifndef CDM_ELEMENT_KERNELS_H
#define CDM_ELEMENT_KERNELS_H

#include "sendable.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A matrix that is read: element (r, c) lies `r * row_step + c * column_step` elements in. A step
/// of 0 repeats; `column_step` is 0 or 1.
typedef struct DM_SENDABLE dm_operand {
    const void *elements;
    ptrdiff_t row_step, column_step;
} dm_operand;

/// z[r, c] = f(x[r, c], y[r, c]), z contiguous; z may be the elements of x or of y.
typedef void (*dm_binary_kernel)(dm_operand x, dm_operand y, void *z, size_t rows, size_t columns);

/// z[i] = f(x[i]); z may be x where the types agree.
typedef void (*dm_unary_kernel)(const void *x, void *z, size_t count);

/// z[o, c] = f over r of x[o, r, c] for c < columns, where x is [outer, reduced, inner].
typedef void (*dm_reduction_kernel)(
    const void *x, void *z, size_t outer, size_t reduced, size_t inner, size_t columns);

/// Arithmetic, comparison, movement and conversion of elements of any type. Sums and products of
/// integers wrap around.
typedef struct DM_SENDABLE dm_element_kernels {
    dm_binary_kernel add, subtract, multiply, maximum, minimum;
    /// x / y; of integers toward zero, and 0 where y is 0.
    dm_binary_kernel quotient;
    /// What the quotient, cut off toward zero, leaves of x: it has the sign of x.
    dm_binary_kernel remainder;
    /// x minus the largest multiple of y that makes it 0 or leaves it the sign of y.
    dm_binary_kernel modulo;
    /// The results are bytes, 0 or 1.
    dm_binary_kernel is_less, is_less_or_equal, is_equal;
    /// Reductions; a sum of floats passes through doubles every few hundred elements.
    dm_reduction_kernel sum, product, largest, smallest;
    /// The first position of the largest or smallest element, as `int32_t`.
    dm_reduction_kernel position_of_largest, position_of_smallest;
    /// The sums of x[o, 0 ... r, i], or of r ... if `reversed`; without x[o, r, i] itself if `exclusive`. z has the shape of x.
    void (*cumulative_sum)(const void *x, void *z, size_t outer, size_t count, size_t inner, bool exclusive, bool reversed);
    /// z[i] = mask[i] ? x[i] : y[i]
    void (*select)(const uint8_t *mask, const void *x, const void *y, void *z, size_t count);
    /// z[r * z_row_step + c] = x[r, c]; here `column_step` may be any number.
    void (*copy)(dm_operand x, void *z, ptrdiff_t z_row_step, size_t rows, size_t columns);
    /// z[i] = a
    void (*fill)(const void *a, void *z, size_t count);
    /// z[indices[i], :] += x[i, :] for i < rows
    void (*scatter_add)(const void *x, const int32_t *indices, void *z, size_t rows, size_t columns);
    /// Conversions: toward zero, kept within the range of the result; no number becomes 0.
    dm_unary_kernel to_f32, to_f64, to_i32, to_i64, to_u8;
    /// 1 where x is not zero.
    dm_unary_kernel to_bool;
} dm_element_kernels;

#endif
