// Reductions of [outer, reduced, inner] along the middle axis. See `element_kernels.h`.

// Sums of one float run pass into `TOTAL` after this many elements, so that errors do not grow with
// the length of the sum.
enum { DM_NAME(run) = 512, DM_NAME(strip) = 128 };

static TOTAL DM_NAME(row_sum)(const ELEMENT *x, size_t count) {
#pragma clang fp reassociate(on)
    TOTAL total = 0;
    for (size_t start = 0; start < count; start += DM_NAME(run)) {
        size_t end = count - start < DM_NAME(run) ? count : start + DM_NAME(run);
        PARTIAL sum = 0;
        for (size_t i = start; i < end; i++) sum += (PARTIAL)x[i];
        total += (TOTAL)sum;
    }
    return total;
}

// Several columns at once: rows are added up as vectors, a strip of columns at a time.
static void DM_NAME(column_sums)(const ELEMENT *x, ELEMENT *z, size_t reduced, size_t inner, size_t columns) {
    PARTIAL sums[DM_NAME(strip)];
    TOTAL totals[DM_NAME(strip)];
    for (size_t c0 = 0; c0 < columns; c0 += DM_NAME(strip)) {
        size_t width = columns - c0 < DM_NAME(strip) ? columns - c0 : DM_NAME(strip);
        for (size_t c = 0; c < width; c++) totals[c] = 0;
        for (size_t start = 0; start < reduced; start += DM_NAME(run)) {
            size_t end = reduced - start < DM_NAME(run) ? reduced : start + DM_NAME(run);
            for (size_t c = 0; c < width; c++) sums[c] = 0;
            for (size_t r = start; r < end; r++) {
                const ELEMENT *row = x + r * inner + c0;
                for (size_t c = 0; c < width; c++) sums[c] += (PARTIAL)row[c];
            }
            for (size_t c = 0; c < width; c++) totals[c] += (TOTAL)sums[c];
        }
        for (size_t c = 0; c < width; c++) z[c0 + c] = (ELEMENT)totals[c];
    }
}

static void DM_NAME(sum)(const void *x_, void *z_, size_t outer, size_t reduced, size_t inner, size_t columns) {
    const ELEMENT *x = x_;
    ELEMENT *z = z_;
    for (size_t o = 0; o < outer; o++) {
        if (inner == 1) z[o] = (ELEMENT)DM_NAME(row_sum)(x + o * reduced, reduced);
        else DM_NAME(column_sums)(x + o * reduced * inner, z + o * columns, reduced, inner, columns);
    }
}

// `reduced` is at least 1. A row is compared in lanes, which the compiler makes a vector of.
#define DM_EXTREME(name, WINS)                                                                                         \
    static ELEMENT DM_NAME(row_##name)(const ELEMENT *x, size_t count) {                                               \
        enum { lanes = 32 };                                                                                           \
        ELEMENT best[lanes];                                                                                           \
        if (count < lanes) {                                                                                           \
            ELEMENT only = x[0];                                                                                       \
            for (size_t i = 1; i < count; i++) only = x[i] WINS only ? x[i] : only;                                    \
            return only;                                                                                               \
        }                                                                                                              \
        memcpy(best, x, sizeof best);                                                                                  \
        size_t i = lanes;                                                                                              \
        for (; i + lanes <= count; i += lanes)                                                                         \
            for (size_t l = 0; l < lanes; l++) best[l] = x[i + l] WINS best[l] ? x[i + l] : best[l];                   \
        for (; i < count; i++) best[0] = x[i] WINS best[0] ? x[i] : best[0];                                           \
        for (size_t half = lanes / 2; half > 0; half /= 2)                                                             \
            for (size_t l = 0; l < half; l++) best[l] = best[l + half] WINS best[l] ? best[l + half] : best[l];        \
        return best[0];                                                                                                \
    }                                                                                                                  \
    static void DM_NAME(name)(                                                                                         \
        const void *x_, void *z_, size_t outer, size_t reduced, size_t inner, size_t columns) {                        \
        for (size_t o = 0; o < outer; o++) {                                                                           \
            const ELEMENT *x = (const ELEMENT *)x_ + o * reduced * inner;                                              \
            ELEMENT *z = (ELEMENT *)z_ + o * columns;                                                                  \
            if (inner == 1) {                                                                                          \
                z[0] = DM_NAME(row_##name)(x, reduced);                                                                \
                continue;                                                                                              \
            }                                                                                                          \
            for (size_t c = 0; c < columns; c++) z[c] = x[c];                                                          \
            for (size_t r = 1; r < reduced; r++) {                                                                     \
                const ELEMENT *row = x + r * inner;                                                                    \
                DM_EACH(c, columns) z[c] = row[c] WINS z[c] ? row[c] : z[c];                                           \
            }                                                                                                          \
        }                                                                                                              \
    }
DM_EXTREME(largest, >)
DM_EXTREME(smallest, <)
#undef DM_EXTREME

#define DM_POSITION(name, WINS)                                                                                        \
    static void DM_NAME(name)(                                                                                         \
        const void *x_, void *z_, size_t outer, size_t reduced, size_t inner, size_t columns) {                        \
        for (size_t o = 0; o < outer; o++) {                                                                           \
            const ELEMENT *x = (const ELEMENT *)x_ + o * reduced * inner;                                              \
            int32_t *z = (int32_t *)z_ + o * columns;                                                                  \
            for (size_t c = 0; c < columns; c++) {                                                                     \
                ELEMENT best = x[c];                                                                                   \
                int32_t position = 0;                                                                                  \
                for (size_t r = 1; r < reduced; r++) {                                                                 \
                    ELEMENT candidate = x[r * inner + c];                                                              \
                    position = candidate WINS best ? (int32_t)r : position;                                            \
                    best = candidate WINS best ? candidate : best;                                                     \
                }                                                                                                      \
                z[c] = position;                                                                                       \
            }                                                                                                          \
        }                                                                                                              \
    }
DM_POSITION(position_of_largest, >)
DM_POSITION(position_of_smallest, <)
#undef DM_POSITION

static void DM_NAME(product)(const void *x_, void *z_, size_t outer, size_t reduced, size_t inner, size_t columns) {
    for (size_t o = 0; o < outer; o++) {
        const ELEMENT *x = (const ELEMENT *)x_ + o * reduced * inner;
        ELEMENT *z = (ELEMENT *)z_ + o * columns;
        for (size_t c = 0; c < columns; c++) z[c] = 1;
        for (size_t r = 0; r < reduced; r++)
            DM_EACH(c, columns) z[c] = (ELEMENT)((WRAPPING)z[c] * (WRAPPING)x[r * inner + c]);
    }
}

static void DM_NAME(cumulative_sum)(
    const void *x_, void *z_, size_t outer, size_t count, size_t inner, bool exclusive, bool reversed) {
    for (size_t line = 0; line < outer * inner; line++) {
        const ELEMENT *x = (const ELEMENT *)x_ + line / inner * count * inner + line % inner;
        ELEMENT *z = (ELEMENT *)z_ + (x - (const ELEMENT *)x_);
        TOTAL total = 0;
        for (size_t step = 0; step < count; step++) {
            size_t i = (reversed ? count - 1 - step : step) * inner;
            TOTAL next = total + (TOTAL)x[i];
            z[i] = (ELEMENT)(exclusive ? total : next);
            total = next;
        }
    }
}
