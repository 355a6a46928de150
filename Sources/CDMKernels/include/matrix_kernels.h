#ifndef CDM_MATRIX_KERNELS_H
#define CDM_MATRIX_KERNELS_H

#include "sendable.h"
#include <stdbool.h>
#include <stddef.h>

/// Matrix products of `float` or `double`, made of register tiles.
///
/// The right-hand matrix is packed first: panels of `panel_columns` columns, each panel with its
/// rows one after another, the last one filled up with zeros.
typedef struct DM_SENDABLE dm_matrix_kernels {
    /// The columns of a packed panel.
    size_t panel_columns;
    /// The rows that are best handed over at a time: a multiple of a tile's.
    size_t block_rows;
    /// Packs rows `first_row ..< first_row + rows` of a right-hand matrix of `depth` rows: row k, column j at `right[k row_step + j column_step]`.
    void (*pack)(
        const void *right, ptrdiff_t row_step, ptrdiff_t column_step, size_t first_row, size_t rows, size_t depth, size_t columns,
        void *packed);
    /// z[i, j] (+)= b[j] + Σ_k x[i, k] y[k, j], with y packed and `x_step`, `z_step` elements between rows; b may be NULL.
    void (*multiply)(
        const void *x, size_t x_step, const void *packed, const void *b, void *z, size_t z_step, size_t rows, size_t depth,
        size_t columns, bool accumulates);
    /// z[i, j] (+)= Σ_k x[k, i] y[k, j], with y packed and `x_step`, `z_step` elements between rows.
    void (*multiply_transposing_first)(
        const void *x, size_t x_step, const void *packed, void *z, size_t z_step, size_t rows, size_t depth, size_t columns,
        bool accumulates);
} dm_matrix_kernels;

#endif
