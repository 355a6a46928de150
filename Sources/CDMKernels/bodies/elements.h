// Arithmetic and comparison of elements of any type. See `element_kernels.h` for what each one means.
//
// `assume_safety` lets a result take the place of an operand: elements never meet their neighbors.
#define DM_EACH(i, count) _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < (count); i++)

// `RESULT` names the type of the results; `EXPRESSION` is in a and b.
#define DM_BINARY(name, RESULT, EXPRESSION)                                                                            \
    static void DM_NAME(name)(dm_operand x, dm_operand y, void *z_, size_t rows, size_t columns) {                     \
        for (size_t r = 0; r < rows; r++) {                                                                            \
            const ELEMENT *xs = (const ELEMENT *)x.elements + (ptrdiff_t)r * x.row_step;                               \
            const ELEMENT *ys = (const ELEMENT *)y.elements + (ptrdiff_t)r * y.row_step;                               \
            RESULT *z = (RESULT *)z_ + r * columns;                                                                    \
            if (x.column_step && y.column_step) {                                                                      \
                DM_EACH(i, columns) { ELEMENT a = xs[i], b = ys[i]; z[i] = (EXPRESSION); }                             \
            } else if (x.column_step) {                                                                                \
                ELEMENT b = ys[0];                                                                                     \
                DM_EACH(i, columns) { ELEMENT a = xs[i]; z[i] = (EXPRESSION); }                                        \
            } else {                                                                                                   \
                ELEMENT a = xs[0];                                                                                     \
                ptrdiff_t step = y.column_step;                                                                        \
                if (step) { DM_EACH(i, columns) { ELEMENT b = ys[i]; z[i] = (EXPRESSION); } }                          \
                else { ELEMENT b = ys[0]; DM_EACH(i, columns) z[i] = (EXPRESSION); }                                   \
            }                                                                                                          \
        }                                                                                                              \
    }

DM_BINARY(add, ELEMENT, (ELEMENT)((WRAPPING)a + (WRAPPING)b))
DM_BINARY(subtract, ELEMENT, (ELEMENT)((WRAPPING)a - (WRAPPING)b))
DM_BINARY(multiply, ELEMENT, (ELEMENT)((WRAPPING)a * (WRAPPING)b))
DM_BINARY(maximum, ELEMENT, a > b ? a : b)
DM_BINARY(minimum, ELEMENT, a < b ? a : b)
#ifdef REAL
static inline ELEMENT DM_NAME(truncated_remainder)(ELEMENT a, ELEMENT b) { return (ELEMENT)fmod((double)a, (double)b); }
DM_BINARY(quotient, ELEMENT, a / b)
#else
// The processor stops at a division by 0, and at that of the least number by -1.
static inline ELEMENT DM_NAME(divided)(ELEMENT a, ELEMENT b) {
    if (b == 0) return 0;
    return (ELEMENT)-1 < 0 && b == (ELEMENT)-1 ? (ELEMENT)(0 - (WRAPPING)a) : (ELEMENT)(a / b);
}
static inline ELEMENT DM_NAME(truncated_remainder)(ELEMENT a, ELEMENT b) {
    return (ELEMENT)((WRAPPING)a - (WRAPPING)DM_NAME(divided)(a, b) * (WRAPPING)b);
}
DM_BINARY(quotient, ELEMENT, DM_NAME(divided)(a, b))
#endif
static inline ELEMENT DM_NAME(floored_remainder)(ELEMENT a, ELEMENT b) {
    ELEMENT remainder = DM_NAME(truncated_remainder)(a, b);
    return remainder != 0 && (remainder < 0) != (b < 0) ? (ELEMENT)(remainder + b) : remainder;
}
DM_BINARY(remainder, ELEMENT, DM_NAME(truncated_remainder)(a, b))
DM_BINARY(modulo, ELEMENT, DM_NAME(floored_remainder)(a, b))
DM_BINARY(is_less, uint8_t, a < b)
DM_BINARY(is_less_or_equal, uint8_t, a <= b)
DM_BINARY(is_equal, uint8_t, a == b)

static void DM_NAME(select)(const uint8_t *mask, const void *x_, const void *y_, void *z_, size_t count) {
    const ELEMENT *x = x_, *y = y_;
    ELEMENT *z = z_;
    DM_EACH(i, count) {
        ELEMENT a = x[i], b = y[i];
        z[i] = mask[i] ? a : b;
    }
}

static void DM_NAME(fill)(const void *a_, void *z_, size_t count) {
    ELEMENT a = *(const ELEMENT *)a_, *z = z_;
    for (size_t i = 0; i < count; i++) z[i] = a;
}

static void DM_NAME(copy)(dm_operand x_, void *z_, ptrdiff_t z_row_step, size_t rows, size_t columns) {
    const ELEMENT *x = x_.elements;
    ELEMENT *z = z_;
    ptrdiff_t row_step = x_.row_step, column_step = x_.column_step;
    if (column_step == 1) {
        for (size_t r = 0; r < rows; r++)
            memcpy(z + (ptrdiff_t)r * z_row_step, x + (ptrdiff_t)r * row_step, columns * sizeof(ELEMENT));
        return;
    }
    // A transposition reads along columns and writes along rows: small tiles keep both in the cache.
    enum { tile = 32 };
    for (size_t r0 = 0; r0 < rows; r0 += tile)
        for (size_t c0 = 0; c0 < columns; c0 += tile)
            for (size_t r = r0; r < rows && r < r0 + tile; r++)
                for (size_t c = c0; c < columns && c < c0 + tile; c++)
                    z[(ptrdiff_t)r * z_row_step + (ptrdiff_t)c] = x[(ptrdiff_t)r * row_step + (ptrdiff_t)c * column_step];
}

static void DM_NAME(scatter_add)(const void *x_, const int32_t *indices, void *z_, size_t rows, size_t columns) {
    const ELEMENT *x = x_;
    for (size_t r = 0; r < rows; r++) {
        ELEMENT *z = (ELEMENT *)z_ + (size_t)indices[r] * columns;
        DM_EACH(i, columns) z[i] = (ELEMENT)((WRAPPING)z[i] + (WRAPPING)x[r * columns + i]);
    }
}

// `a != a` is true of no number only.
#define DM_CONVERT(name, RESULT, LOW, HIGH)                                                                            \
    static void DM_NAME(name)(const void *x_, void *z_, size_t count) {                                                \
        const ELEMENT *x = x_;                                                                                         \
        RESULT *z = z_;                                                                                                \
        for (size_t i = 0; i < count; i++) {                                                                           \
            ELEMENT a = x[i];                                                                                          \
            z[i] = a != a ? 0 : a <= (LIMIT)(LOW) ? (RESULT)(LOW) : a >= (LIMIT)(HIGH) ? (RESULT)(HIGH) : (RESULT)a;   \
        }                                                                                                              \
    }
#define DM_CAST(name, RESULT, EXPRESSION)                                                                              \
    static void DM_NAME(name)(const void *x_, void *z_, size_t count) {                                                \
        const ELEMENT *x = x_;                                                                                         \
        RESULT *z = z_;                                                                                                \
        for (size_t i = 0; i < count; i++) z[i] = (EXPRESSION);                                                        \
    }

DM_CAST(to_f32, float, (float)x[i])
DM_CAST(to_f64, double, (double)x[i])
DM_CAST(to_bool, uint8_t, x[i] != 0)
DM_CONVERT(to_i32, int32_t, INT32_MIN, INT32_MAX)
DM_CONVERT(to_i64, int64_t, INT64_MIN, INT64_MAX)
DM_CONVERT(to_u8, uint8_t, 0, 255)

#undef DM_CONVERT
#undef DM_CAST
#include "reductions.h"

static const dm_element_kernels DM_NAME(element_kernels) = {
    .add = DM_NAME(add), .subtract = DM_NAME(subtract), .multiply = DM_NAME(multiply),
    .maximum = DM_NAME(maximum), .minimum = DM_NAME(minimum),
    .quotient = DM_NAME(quotient), .remainder = DM_NAME(remainder), .modulo = DM_NAME(modulo),
    .is_less = DM_NAME(is_less), .is_less_or_equal = DM_NAME(is_less_or_equal), .is_equal = DM_NAME(is_equal),
    .sum = DM_NAME(sum), .product = DM_NAME(product), .largest = DM_NAME(largest), .smallest = DM_NAME(smallest),
    .position_of_largest = DM_NAME(position_of_largest), .position_of_smallest = DM_NAME(position_of_smallest),
    .cumulative_sum = DM_NAME(cumulative_sum),
    .select = DM_NAME(select), .copy = DM_NAME(copy), .fill = DM_NAME(fill), .scatter_add = DM_NAME(scatter_add),
    .to_f32 = DM_NAME(to_f32), .to_f64 = DM_NAME(to_f64), .to_i32 = DM_NAME(to_i32), .to_i64 = DM_NAME(to_i64),
    .to_u8 = DM_NAME(to_u8), .to_bool = DM_NAME(to_bool),
};
