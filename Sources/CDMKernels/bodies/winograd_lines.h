// The transforms of Winograd's minimal filtering, one axis after the other. `m` is known to the compiler.

// Bᵀ x: a line of sources to points.
DM_LINE DM_NAME(source_line)(const ptrdiff_t m, const VECTOR *x, VECTOR *z) {
    if (m == 2) {
        z[0] = x[0] - x[2];
        z[1] = x[1] + x[2];
        z[2] = x[2] - x[1];
        z[3] = x[1] - x[3];
        return;
    }
    VECTOR a = x[4] - 4 * x[2], b = x[3] - 4 * x[1], c = x[4] - x[2], d = 2 * (x[3] - x[1]);
    z[0] = 4 * x[0] - 5 * x[2] + x[4];
    z[1] = a + b;
    z[2] = a - b;
    z[3] = c + d;
    z[4] = c - d;
    z[5] = 4 * x[1] - 5 * x[3] + x[5];
}

// Aᵀ x: a line of points to results.
DM_LINE DM_NAME(result_line)(const ptrdiff_t m, const VECTOR *x, VECTOR *z) {
    VECTOR a = x[1] + x[2], b = x[1] - x[2];
    if (m == 2) {
        z[0] = x[0] + a;
        z[1] = b - x[3];
        return;
    }
    VECTOR c = x[3] + x[4], d = x[3] - x[4];
    z[0] = x[0] + a + c;
    z[1] = b + 2 * d;
    z[2] = a + 4 * c;
    z[3] = b + 8 * d + x[5];
}

// A x: a line of result gradients to points.
DM_LINE DM_NAME(result_gradient_line)(const ptrdiff_t m, const VECTOR *x, VECTOR *z) {
    z[0] = x[0];
    if (m == 2) {
        z[1] = x[0] + x[1];
        z[2] = x[0] - x[1];
        z[3] = -x[1];
        return;
    }
    VECTOR a = x[0] + x[2], b = x[1] + x[3], c = x[0] + 4 * x[2], d = 2 * x[1] + 8 * x[3];
    z[1] = a + b;
    z[2] = a - b;
    z[3] = c + d;
    z[4] = c - d;
    z[5] = x[3];
}

// G x: a line of weights to points.
DM_LINE DM_NAME(weight_line)(const ptrdiff_t m, const VECTOR *x, VECTOR *z) {
    VECTOR a = x[0] + x[2];
    if (m == 2) {
        z[0] = x[0];
        z[1] = (REAL)0.5 * (a + x[1]);
        z[2] = (REAL)0.5 * (a - x[1]);
        z[3] = x[2];
        return;
    }
    const REAL sixth = (REAL)(1.0 / 6), twelfth = (REAL)(1.0 / 12);
    VECTOR b = (REAL)0.25 * x[0] + x[2];
    z[0] = (REAL)0.25 * x[0];
    z[1] = -sixth * (a + x[1]);
    z[2] = -sixth * (a - x[1]);
    z[3] = sixth * b + twelfth * x[1];
    z[4] = sixth * b - twelfth * x[1];
    z[5] = x[2];
}

// Gᵀ x: a line of points to weight gradients.
DM_LINE DM_NAME(weight_gradient_line)(const ptrdiff_t m, const VECTOR *x, VECTOR *z) {
    VECTOR a = x[1] + x[2], b = x[1] - x[2];
    if (m == 2) {
        z[0] = x[0] + (REAL)0.5 * a;
        z[1] = (REAL)0.5 * b;
        z[2] = (REAL)0.5 * a + x[3];
        return;
    }
    const REAL sixth = (REAL)(1.0 / 6), twelfth = (REAL)(1.0 / 12);
    VECTOR c = x[3] + x[4], d = x[3] - x[4];
    z[0] = (REAL)0.25 * (x[0] + sixth * c) - sixth * a;
    z[1] = twelfth * d - sixth * b;
    z[2] = sixth * (c - a) + x[5];
}

// A square of `from` x `from` vectors to one of `to` x `to`, each axis by `line`.
#define DM_SQUARE(name, line, FROM, TO)                                                                            \
    DM_LINE DM_NAME(name)(const ptrdiff_t m, VECTOR (*x)[MOST_POINTS], VECTOR (*z)[MOST_POINTS]) {                 \
        VECTOR columns[MOST_POINTS][MOST_POINTS];                                                                  \
        _Pragma("clang loop unroll(full)") for (ptrdiff_t j = 0; j < (FROM); j++) {                                \
            VECTOR column[MOST_POINTS], made[MOST_POINTS];                                                         \
            _Pragma("clang loop unroll(full)") for (ptrdiff_t i = 0; i < (FROM); i++) column[i] = x[i][j];         \
            DM_NAME(line)(m, column, made);                                                                        \
            _Pragma("clang loop unroll(full)") for (ptrdiff_t i = 0; i < (TO); i++) columns[i][j] = made[i];       \
        }                                                                                                          \
        _Pragma("clang loop unroll(full)") for (ptrdiff_t i = 0; i < (TO); i++) DM_NAME(line)(m, columns[i], z[i]); \
    }
DM_SQUARE(source_square, source_line, m + 2, m + 2)
DM_SQUARE(result_square, result_line, m + 2, m)
DM_SQUARE(result_gradient_square, result_gradient_line, m, m + 2)
DM_SQUARE(weight_square, weight_line, 3, m + 2)
DM_SQUARE(weight_gradient_square, weight_gradient_line, m + 2, 3)
#undef DM_SQUARE
