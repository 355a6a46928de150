// Matrix products made of register tiles. See `matrix_kernels.h` for what each one means.
//
// A tile of `DM_TILE_ROWS` x `PANEL` results stays in registers while the depth runs: for each step
// two vectors of the right-hand panel meet one broadcast number of every row.

typedef REAL DM_NAME(vector) __attribute__((vector_size(DM_VECTOR_BYTES), aligned(sizeof(REAL)), may_alias));
#define VECTOR DM_NAME(vector)
#define LANES ((ptrdiff_t)(DM_VECTOR_BYTES / sizeof(REAL)))
#define PANEL (2 * LANES)
// Rows of a block and depth of a step: the block of left-hand rows stays in the second-level cache,
// a panel's step in the first.
#define BLOCK_ROWS (8 * DM_TILE_ROWS)
#define BLOCK_DEPTH ((ptrdiff_t)(1536 / sizeof(REAL)))

// A slice of depth over which the operands are laid out evenly.
typedef struct {
    const REAL *left, *right;
    ptrdiff_t depth;
} DM_NAME(k_slice);

// Where a tile goes: one pointer for each row, the number of columns, whether it is added; and the panel
// that its sums start from, or NULL for zeros.
typedef struct {
    REAL *const *rows;
    ptrdiff_t columns;
    bool accumulates;
    const REAL *start;
} DM_NAME(target);

__attribute__((always_inline)) static inline void DM_NAME(store_row)(
    REAL *z, VECTOR first, VECTOR second, ptrdiff_t columns, bool accumulates) {
    if (columns == PANEL) {
        VECTOR *vectors = (VECTOR *)z;
        vectors[0] = accumulates ? vectors[0] + first : first;
        vectors[1] = accumulates ? vectors[1] + second : second;
        return;
    }
    REAL row[PANEL];
    memcpy(row, &first, sizeof first);
    memcpy(row + LANES, &second, sizeof second);
    for (ptrdiff_t j = 0; j < columns; j++) z[j] = accumulates ? z[j] + row[j] : row[j];
}

// Element (i, k) of the left-hand side lies at left[i * row_step + k * depth_step]; `rows` is known
// to the compiler wherever this is inlined.
__attribute__((always_inline)) static inline void DM_NAME(tile_of)(
    const ptrdiff_t rows, ptrdiff_t row_step, ptrdiff_t depth_step, const DM_NAME(k_slice) *slices, ptrdiff_t count,
    ptrdiff_t left_offset, ptrdiff_t right_offset, DM_NAME(target) target, ptrdiff_t first_column) {
    VECTOR sums[DM_TILE_ROWS][2], zeros = {0};
    VECTOR first_start = target.start ? *(const VECTOR *)target.start : zeros;
    VECTOR second_start = target.start ? *(const VECTOR *)(target.start + LANES) : zeros;
    // The results' cache lines arrive while the sums are made; stores that miss would stop everything.
#pragma clang loop unroll(full)
    for (ptrdiff_t i = 0; i < rows; i++) {
        sums[i][0] = first_start;
        sums[i][1] = second_start;
        __builtin_prefetch(target.rows[i] + first_column, 1);
        __builtin_prefetch(target.rows[i] + first_column + target.columns - 1, 1);
    }
    for (ptrdiff_t s = 0; s < count; s++) {
        const REAL *left = slices[s].left + left_offset, *right = slices[s].right + right_offset;
        for (ptrdiff_t k = slices[s].depth; k > 0; k--) {
            VECTOR first = *(const VECTOR *)right, second = *(const VECTOR *)(right + LANES);
#pragma clang loop unroll(full)
            for (ptrdiff_t i = 0; i < rows; i++) {
                REAL x = left[i * row_step];
                sums[i][0] += x * first;
                sums[i][1] += x * second;
            }
            left += depth_step;
            right += PANEL;
        }
    }
#pragma clang loop unroll(full)
    for (ptrdiff_t i = 0; i < rows; i++)
        DM_NAME(store_row)(target.rows[i] + first_column, sums[i][0], sums[i][1], target.columns, target.accumulates);
}

#define TILE_CASE(n, ...) \
    case n: DM_NAME(tile_of)(n, __VA_ARGS__); break;
#if DM_TILE_ROWS > 6
#define TILE_CASES(...) \
    TILE_CASE(1, __VA_ARGS__) TILE_CASE(2, __VA_ARGS__) TILE_CASE(3, __VA_ARGS__) TILE_CASE(4, __VA_ARGS__) \
    TILE_CASE(5, __VA_ARGS__) TILE_CASE(6, __VA_ARGS__) TILE_CASE(7, __VA_ARGS__) TILE_CASE(8, __VA_ARGS__) \
    TILE_CASE(9, __VA_ARGS__) TILE_CASE(10, __VA_ARGS__) TILE_CASE(11, __VA_ARGS__) TILE_CASE(12, __VA_ARGS__) \
    TILE_CASE(13, __VA_ARGS__) TILE_CASE(14, __VA_ARGS__)
#else
#define TILE_CASES(...) \
    TILE_CASE(1, __VA_ARGS__) TILE_CASE(2, __VA_ARGS__) TILE_CASE(3, __VA_ARGS__) TILE_CASE(4, __VA_ARGS__) \
    TILE_CASE(5, __VA_ARGS__) TILE_CASE(6, __VA_ARGS__)
#endif

// A tile whose left-hand rows lie `row_step` apart.
__attribute__((noinline)) static void DM_NAME(tile)(
    ptrdiff_t rows, ptrdiff_t row_step, const DM_NAME(k_slice) *slices, ptrdiff_t count, ptrdiff_t left_offset,
    ptrdiff_t right_offset, DM_NAME(target) target, ptrdiff_t first_column) {
    switch (rows) { TILE_CASES(row_step, 1, slices, count, left_offset, right_offset, target, first_column) }
}

// A tile whose left-hand side is transposed: its rows lie side by side, `depth_step` from one step to the next.
__attribute__((noinline)) static void DM_NAME(tile_of_columns)(
    ptrdiff_t rows, ptrdiff_t depth_step, const DM_NAME(k_slice) *slices, ptrdiff_t count, ptrdiff_t left_offset,
    ptrdiff_t right_offset, DM_NAME(target) target, ptrdiff_t first_column) {
    switch (rows) { TILE_CASES(1, depth_step, slices, count, left_offset, right_offset, target, first_column) }
}

#undef TILE_CASE
#undef TILE_CASES

// The first of `total` rows in tile `i` of `count`: tiles of nearly equal heights.
static inline ptrdiff_t DM_NAME(tile_start)(ptrdiff_t total, ptrdiff_t count, ptrdiff_t i) { return total * i / count; }

static inline ptrdiff_t DM_NAME(smaller_index)(ptrdiff_t x, ptrdiff_t y) { return x < y ? x : y; }

static void DM_NAME(pack)(
    const void *right_, ptrdiff_t row_step, ptrdiff_t column_step, size_t first_row, size_t rows, size_t depth, size_t columns,
    void *packed_) {
    const REAL *right = right_;
    REAL *packed = packed_;
    for (ptrdiff_t j = 0; j < (ptrdiff_t)columns; j += PANEL) {
        REAL *panel = packed + j * (ptrdiff_t)depth + (ptrdiff_t)first_row * PANEL;
        ptrdiff_t width = DM_NAME(smaller_index)(PANEL, (ptrdiff_t)columns - j);
        for (ptrdiff_t k = 0; k < (ptrdiff_t)rows; k++, panel += PANEL) {
            const REAL *row = right + k * row_step + j * column_step;
            if (width == PANEL && column_step == 1) {
                memcpy(panel, row, PANEL * sizeof(REAL));
                continue;
            }
            for (ptrdiff_t i = 0; i < PANEL; i++) panel[i] = i < width ? row[i * column_step] : 0;
        }
    }
}

// Rows of the left-hand side times one slice of depth of all panels, plus the bias if it is not NULL.
static void DM_NAME(multiply_block)(
    const REAL *left, ptrdiff_t row_step, const REAL *packed, ptrdiff_t panel_size, ptrdiff_t depth, const REAL *bias,
    REAL *const *targets, ptrdiff_t rows, ptrdiff_t columns, bool accumulates) {
    ptrdiff_t tiles = (rows + DM_TILE_ROWS - 1) / DM_TILE_ROWS;
    REAL start[PANEL];
    for (ptrdiff_t j = 0; j < columns; j += PANEL) {
        DM_NAME(k_slice) slice = {left, packed + j / PANEL * panel_size, depth};
        for (ptrdiff_t i = 0; bias && i < PANEL; i++) start[i] = j + i < columns ? bias[j + i] : 0;
        for (ptrdiff_t t = 0; t < tiles; t++) {
            ptrdiff_t i = DM_NAME(tile_start)(rows, tiles, t), height = DM_NAME(tile_start)(rows, tiles, t + 1) - i;
            DM_NAME(target) target = {
                targets + i, DM_NAME(smaller_index)(PANEL, columns - j), accumulates, bias ? start : NULL};
            DM_NAME(tile)(height, row_step, &slice, 1, i * row_step, 0, target, j);
        }
    }
}

static void DM_NAME(matrix_product)(
    const void *x_, size_t x_step, const void *packed_, const void *bias, void *z_, size_t z_step, size_t rows, size_t depth_,
    size_t columns, bool accumulates) {
    const REAL *x = x_, *packed = packed_;
    REAL *z = z_, *targets[BLOCK_ROWS];
    ptrdiff_t depth = (ptrdiff_t)depth_, steps = (depth + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
    if (steps == 0) steps = 1;
    for (size_t first = 0; first < rows; first += BLOCK_ROWS) {
        ptrdiff_t height = DM_NAME(smaller_index)(BLOCK_ROWS, (ptrdiff_t)(rows - first));
        for (ptrdiff_t i = 0; i < height; i++) targets[i] = z + (first + (size_t)i) * z_step;
        for (ptrdiff_t s = 0; s < steps; s++) {
            ptrdiff_t k = DM_NAME(tile_start)(depth, steps, s), length = DM_NAME(tile_start)(depth, steps, s + 1) - k;
            DM_NAME(multiply_block)(
                x + first * x_step + k, (ptrdiff_t)x_step, packed + k * PANEL, depth * PANEL, length, s == 0 ? bias : NULL, targets,
                height, (ptrdiff_t)columns, accumulates || s > 0);
        }
    }
}

static void DM_NAME(matrix_product_transposing_first)(
    const void *x_, size_t x_step, const void *packed_, void *z_, size_t z_step, size_t rows_, size_t depth_, size_t columns_,
    bool accumulates) {
    const REAL *x = x_, *packed = packed_;
    REAL *z = z_, *targets[DM_TILE_ROWS];
    ptrdiff_t depth = (ptrdiff_t)depth_, steps = (depth + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
    ptrdiff_t rows = (ptrdiff_t)rows_, columns = (ptrdiff_t)columns_, tiles = (rows + DM_TILE_ROWS - 1) / DM_TILE_ROWS;
    if (steps == 0) steps = 1;
    for (ptrdiff_t s = 0; s < steps; s++) {
        ptrdiff_t k = DM_NAME(tile_start)(depth, steps, s), length = DM_NAME(tile_start)(depth, steps, s + 1) - k;
        for (ptrdiff_t t = 0; t < tiles; t++) {
            ptrdiff_t i = DM_NAME(tile_start)(rows, tiles, t), height = DM_NAME(tile_start)(rows, tiles, t + 1) - i;
            for (ptrdiff_t r = 0; r < height; r++) targets[r] = z + (i + r) * (ptrdiff_t)z_step;
            for (ptrdiff_t j = 0; j < columns; j += PANEL) {
                DM_NAME(k_slice) slice = {x + k * (ptrdiff_t)x_step + i, packed + j * depth + k * PANEL, length};
                DM_NAME(target) target = {targets, DM_NAME(smaller_index)(PANEL, columns - j), accumulates || s > 0};
                DM_NAME(tile_of_columns)(height, (ptrdiff_t)x_step, &slice, 1, 0, 0, target, j);
            }
        }
    }
}

static const dm_matrix_kernels DM_NAME(matrix_kernels) = {
    .panel_columns = DM_VECTOR_BYTES / sizeof(REAL) * 2,
    .block_rows = BLOCK_ROWS,
    .pack = DM_NAME(pack),
    .multiply = DM_NAME(matrix_product),
    .multiply_transposing_first = DM_NAME(matrix_product_transposing_first),
};
