// Softmax attention, one head of one image at a time, in blocks of keys: the whole matrix of scores
// never exists. Dao et al., FlashAttention, NeurIPS 2022. Rows of channels are padded with zeros to
// whole vectors; a tile is `tile` queries by `block` keys.

#define DM_ATTENTION_TILE 8
#define DM_ATTENTION_BLOCK 64

static inline size_t DM_NAME(padded)(size_t channels) { return (channels + DM_LANES - 1) / DM_LANES * DM_LANES; }
static inline size_t DM_NAME(tiled)(size_t queries) {
    return (queries + DM_ATTENTION_TILE - 1) / DM_ATTENTION_TILE * DM_ATTENTION_TILE;
}

static size_t DM_NAME(attention_scratch)(dm_attention_shape shape, size_t queries) {
    size_t c = DM_NAME(padded)(shape.channels), q = DM_NAME(tiled)(queries);
    return sizeof(REAL) * (2 * q * (c + 1) + DM_ATTENTION_BLOCK * (2 * c + DM_ATTENTION_TILE));
}

static size_t DM_NAME(attention_gradient_scratch)(dm_attention_shape shape) {
    size_t c = DM_NAME(padded)(shape.channels), q = DM_NAME(tiled)(shape.queries);
    return sizeof(REAL) * (q * (3 * c + 2) + DM_ATTENTION_BLOCK * (5 * c + 2 * DM_ATTENTION_TILE));
}

// Copies `count` rows of channels to `rows` padded ones, those beyond `count` zero.
static inline void DM_NAME(pack_rows)(const REAL *x, size_t stride, size_t count, size_t rows, size_t channels, REAL *z) {
    size_t padded = DM_NAME(padded)(channels);
    memset(z, 0, rows * padded * sizeof(REAL));
    for (size_t r = 0; r < count; r++) memcpy(z + r * padded, x + r * stride, channels * sizeof(REAL));
}

// Copies a block of keys so that each channel's numbers are contiguous, absent keys zero.
static inline void DM_NAME(pack_columns)(const REAL *x, size_t stride, size_t count, size_t channels, REAL *z) {
    if (count < DM_ATTENTION_BLOCK) memset(z, 0, channels * DM_ATTENTION_BLOCK * sizeof(REAL));
    for (size_t r = 0; r < count; r++)
        for (size_t c = 0; c < channels; c++) z[c * DM_ATTENTION_BLOCK + r] = x[r * stride + c];
}

// scores [tile, block] = x [tile, channels] y [channels, block]
static inline void DM_NAME(tile_scores)(const REAL *x, size_t padded, const REAL *y, size_t channels, REAL *scores) {
    for (size_t k = 0; k < DM_ATTENTION_BLOCK; k += 2 * DM_LANES) {
        DM_NAME(lanes) a[DM_ATTENTION_TILE] = {0}, b[DM_ATTENTION_TILE] = {0};
        for (size_t c = 0; c < channels; c++) {
            const REAL *row = y + c * DM_ATTENTION_BLOCK + k;
            DM_NAME(lanes) u = DM_LOAD(row), v = DM_LOAD(row + DM_LANES);
            DM_UNROLL
            for (size_t i = 0; i < DM_ATTENTION_TILE; i++) {
                a[i] += x[i * padded + c] * u;
                b[i] += x[i * padded + c] * v;
            }
        }
        DM_UNROLL
        for (size_t i = 0; i < DM_ATTENTION_TILE; i++) {
            DM_STORE(scores + i * DM_ATTENTION_BLOCK + k) = a[i];
            DM_STORE(scores + i * DM_ATTENTION_BLOCK + k + DM_LANES) = b[i];
        }
    }
}

// z [tile, padded] += scores [tile, block] y [block, padded]
static inline void DM_NAME(add_tile_product)(const REAL *scores, const REAL *y, size_t count, size_t padded, REAL *z) {
    for (size_t c = 0; c < padded; c += DM_LANES) {
        DM_NAME(lanes) sum[DM_ATTENTION_TILE];
        DM_UNROLL
        for (size_t i = 0; i < DM_ATTENTION_TILE; i++) sum[i] = DM_LOAD(z + i * padded + c);
        for (size_t k = 0; k < count; k++) {
            DM_NAME(lanes) v = DM_LOAD(y + k * padded + c);
            DM_UNROLL
            for (size_t i = 0; i < DM_ATTENTION_TILE; i++) sum[i] += scores[i * DM_ATTENTION_BLOCK + k] * v;
        }
        DM_UNROLL
        for (size_t i = 0; i < DM_ATTENTION_TILE; i++) DM_STORE(z + i * padded + c) = sum[i];
    }
}

// z [block, padded] += the transpose of scores [tile, block] times x [tile, padded]
static inline void DM_NAME(add_tile_transposed)(const REAL *scores, const REAL *x, size_t count, size_t padded, REAL *z) {
    for (size_t c = 0; c < padded; c += DM_LANES) {
        DM_NAME(lanes) v[DM_ATTENTION_TILE];
        DM_UNROLL
        for (size_t i = 0; i < DM_ATTENTION_TILE; i++) v[i] = DM_LOAD(x + i * padded + c);
        for (size_t k = 0; k < count; k++) {
            DM_NAME(lanes) sum = DM_LOAD(z + k * padded + c);
            DM_UNROLL
            for (size_t i = 0; i < DM_ATTENTION_TILE; i++) sum += scores[i * DM_ATTENTION_BLOCK + k] * v[i];
            DM_STORE(z + k * padded + c) = sum;
        }
    }
}

// Turns a row of scores into probabilities relative to the largest score so far, and brings what
// was summed up before to the same reference.
static inline void DM_NAME(update_softmax)(REAL *scores, size_t count, REAL scale, REAL *largest, REAL *sum, REAL *z,
    size_t padded) {
#pragma clang fp reassociate(on)
    // The scale is positive: the largest score stays the largest.
    REAL top = DM_NAME(row_maximum)(scores, count, -(REAL)INFINITY) * scale, added = 0;
    if (*largest > top) top = *largest;
    for (size_t k = 0; k < count; k++) {
        scores[k] = DM_NAME(exp)(scores[k] * scale - top);
        added += scores[k];
    }
    if (top != *largest) {
        REAL correction = DM_NAME(exp)(*largest - top);
        for (size_t c = 0; c < padded; c++) z[c] *= correction;
        *sum *= correction;
    }
    *largest = top;
    *sum += added;
}

static void DM_NAME(attention)(const void *queries_, const void *keys_, const void *values_, void *z_, void *normalizers_,
    dm_attention_shape shape, size_t item, size_t first, size_t end, void *scratch) {
    size_t channels = shape.channels, padded = DM_NAME(padded)(channels), stride = shape.heads * channels;
    size_t image = item / shape.heads, head = item % shape.heads, count = end - first, rows = DM_NAME(tiled)(count);
    const REAL *queries = (const REAL *)queries_ + (image * shape.queries + first) * stride + head * channels;
    const REAL *keys = (const REAL *)keys_ + image * shape.keys * stride + head * channels;
    const REAL *values = (const REAL *)values_ + image * shape.keys * stride + head * channels;
    REAL *z = (REAL *)z_ + (image * shape.queries + first) * stride + head * channels;
    REAL *normalizers = (REAL *)normalizers_ + item * shape.queries + first;
    REAL *x = scratch, *sums = x + rows * padded, *largest = sums + rows * padded, *total = largest + rows;
    REAL *k = total + rows, *v = k + DM_ATTENTION_BLOCK * padded, *scores = v + DM_ATTENTION_BLOCK * padded;

    REAL scale = (REAL)(1 / sqrt((double)channels));
    DM_NAME(pack_rows)(queries, stride, count, rows, channels, x);
    memset(sums, 0, rows * padded * sizeof(REAL));
    for (size_t q = 0; q < rows; q++) {
        largest[q] = -(REAL)INFINITY;
        total[q] = 0;
    }
    for (size_t key = 0; key < shape.keys; key += DM_ATTENTION_BLOCK) {
        size_t n = shape.keys - key < DM_ATTENTION_BLOCK ? shape.keys - key : DM_ATTENTION_BLOCK;
        DM_NAME(pack_columns)(keys + key * stride, stride, n, channels, k);
        DM_NAME(pack_rows)(values + key * stride, stride, n, n, channels, v);
        for (size_t q = 0; q < rows; q += DM_ATTENTION_TILE) {
            DM_NAME(tile_scores)(x + q * padded, padded, k, channels, scores);
            for (size_t i = 0; i < DM_ATTENTION_TILE; i++)
                DM_NAME(update_softmax)(scores + i * DM_ATTENTION_BLOCK, n, scale, largest + q + i, total + q + i,
                    sums + (q + i) * padded, padded);
            DM_NAME(add_tile_product)(scores, v, n, padded, sums + q * padded);
        }
    }
    for (size_t q = 0; q < count; q++) {
        REAL factor = 1 / total[q];
        for (size_t c = 0; c < channels; c++) z[q * stride + c] = sums[q * padded + c] * factor;
        normalizers[q] = largest[q] + (REAL)log(total[q]);
    }
}

static void DM_NAME(attention_gradient)(const void *queries_, const void *keys_, const void *values_, const void *z_,
    const void *normalizers_, const void *gradient_, void *dqueries_, void *dkeys_, void *dvalues_, dm_attention_shape shape,
    size_t item, void *scratch) {
    size_t channels = shape.channels, padded = DM_NAME(padded)(channels), stride = shape.heads * channels;
    size_t rows = DM_NAME(tiled)(shape.queries), column = item % shape.heads * channels;
    size_t query_offset = item / shape.heads * shape.queries * stride + column;
    size_t key_offset = item / shape.heads * shape.keys * stride + column;
    const REAL *z = (const REAL *)z_ + query_offset, *gradient = (const REAL *)gradient_ + query_offset;
    REAL *x = scratch, *g = x + rows * padded, *dx = g + rows * padded, *product = dx + rows * padded;
    REAL *normalizers = product + rows, *k = normalizers + rows, *kt = k + DM_ATTENTION_BLOCK * padded;
    REAL *vt = kt + DM_ATTENTION_BLOCK * padded, *dk = vt + DM_ATTENTION_BLOCK * padded;
    REAL *dv = dk + DM_ATTENTION_BLOCK * padded, *p = dv + DM_ATTENTION_BLOCK * padded;
    REAL *ds = p + DM_ATTENTION_BLOCK * DM_ATTENTION_TILE;

    REAL scale = (REAL)(1 / sqrt((double)channels));
    DM_NAME(pack_rows)((const REAL *)queries_ + query_offset, stride, shape.queries, rows, channels, x);
    DM_NAME(pack_rows)(gradient, stride, shape.queries, rows, channels, g);
    memset(dx, 0, rows * (padded + 2) * sizeof(REAL));
    memcpy(normalizers, (const REAL *)normalizers_ + item * shape.queries, shape.queries * sizeof(REAL));
    for (size_t q = 0; q < shape.queries; q++)
        for (size_t c = 0; c < channels; c++) product[q] += z[q * stride + c] * gradient[q * stride + c];

    for (size_t key = 0; key < shape.keys; key += DM_ATTENTION_BLOCK) {
        size_t n = shape.keys - key < DM_ATTENTION_BLOCK ? shape.keys - key : DM_ATTENTION_BLOCK;
        size_t block = key_offset + key * stride;
        DM_NAME(pack_rows)((const REAL *)keys_ + block, stride, n, n, channels, k);
        DM_NAME(pack_columns)((const REAL *)keys_ + block, stride, n, channels, kt);
        DM_NAME(pack_columns)((const REAL *)values_ + block, stride, n, channels, vt);
        memset(dk, 0, 2 * DM_ATTENTION_BLOCK * padded * sizeof(REAL));
        for (size_t q = 0; q < rows; q += DM_ATTENTION_TILE) {
            DM_NAME(tile_scores)(x + q * padded, padded, kt, channels, p);
            DM_NAME(tile_scores)(g + q * padded, padded, vt, channels, ds);
            for (size_t i = 0; i < DM_ATTENTION_TILE; i++) {
                REAL *restrict pi = p + i * DM_ATTENTION_BLOCK, *restrict di = ds + i * DM_ATTENTION_BLOCK;
                REAL normalizer = normalizers[q + i], mean = product[q + i];
                for (size_t j = 0; j < DM_ATTENTION_BLOCK; j++) {
                    pi[j] = DM_NAME(exp)(pi[j] * scale - normalizer);
                    di[j] = pi[j] * (di[j] - mean) * scale;
                }
            }
            DM_NAME(add_tile_product)(ds, k, n, padded, dx + q * padded);
            DM_NAME(add_tile_transposed)(p, g + q * padded, n, padded, dv);
            DM_NAME(add_tile_transposed)(ds, x + q * padded, n, padded, dk);
        }
        for (size_t j = 0; j < n; j++) {
            memcpy((REAL *)dkeys_ + block + j * stride, dk + j * padded, channels * sizeof(REAL));
            memcpy((REAL *)dvalues_ + block + j * stride, dv + j * padded, channels * sizeof(REAL));
        }
    }
    for (size_t q = 0; q < shape.queries; q++)
        memcpy((REAL *)dqueries_ + query_offset + q * stride, dx + q * padded, channels * sizeof(REAL));
}

#undef DM_ATTENTION_TILE
#undef DM_ATTENTION_BLOCK
