// Deformable sampling: bilinear reads at fractional positions, added up with weights.

#define DM_SAMPLING_BLOCK 64

// The four pixels around each of a block of positions: above left, above right, below left, below
// right. A pixel outside has the weight zero and the offset of one inside, so that reads need no
// branches.
typedef struct DM_NAME(corners) {
    int32_t offset[4][DM_SAMPLING_BLOCK];
    REAL weight[4][DM_SAMPLING_BLOCK], inside[4][DM_SAMPLING_BLOCK];
    REAL x[DM_SAMPLING_BLOCK], y[DM_SAMPLING_BLOCK];
} DM_NAME(corners);

static inline void DM_NAME(find_corners)(const REAL *restrict positions, size_t count, const dm_sampling_shape *shape,
    DM_NAME(corners) *restrict corners) {
    int32_t width = (int32_t)shape->width, height = (int32_t)shape->height;
    int32_t pixel = (int32_t)(shape->heads * shape->channels);
    for (size_t i = 0; i < count; i++) {
        REAL x = positions[2 * i], y = positions[2 * i + 1];
        // Also holds back what is no number or no integer can hold.
        int near = (x > -1) & (y > -1) & (x < (REAL)width) & (y < (REAL)height);
        x = near ? x : 0;
        y = near ? y : 0;
        int32_t left = (int32_t)x, top = (int32_t)y;
        left -= x < (REAL)left;
        top -= y < (REAL)top;
        REAL fx = x - (REAL)left, fy = y - (REAL)top;
        int32_t right = left + 1, bottom = top + 1;
        REAL in_left = (near & (left >= 0)) ? 1 : 0, in_right = (near & (right < width)) ? 1 : 0;
        REAL in_top = top >= 0 ? 1 : 0, in_bottom = bottom < height ? 1 : 0;
        left = left < 0 ? 0 : left;
        top = top < 0 ? 0 : top;
        right = right < width ? right : left;
        bottom = bottom < height ? bottom : top;
        corners->x[i] = fx;
        corners->y[i] = fy;
        corners->offset[0][i] = (top * width + left) * pixel;
        corners->offset[1][i] = (top * width + right) * pixel;
        corners->offset[2][i] = (bottom * width + left) * pixel;
        corners->offset[3][i] = (bottom * width + right) * pixel;
        corners->inside[0][i] = in_top * in_left;
        corners->inside[1][i] = in_top * in_right;
        corners->inside[2][i] = in_bottom * in_left;
        corners->inside[3][i] = in_bottom * in_right;
        corners->weight[0][i] = (1 - fy) * (1 - fx) * in_top * in_left;
        corners->weight[1][i] = (1 - fy) * fx * in_top * in_right;
        corners->weight[2][i] = fy * (1 - fx) * in_bottom * in_left;
        corners->weight[3][i] = fy * fx * in_bottom * in_right;
    }
}

// z[c] += the sum over the positions first ..< end of a head of weight * values, in tiles that stay in registers.
#define DM_SAMPLE_TILE(tile)                                                                                       \
    for (; c + tile <= channels; c += tile) {                                                                      \
        REAL sum[tile];                                                                                            \
        for (size_t k = 0; k < tile; k++) sum[k] = z[c + k];                                                       \
        for (size_t i = first; i < end; i++)                                                                       \
            for (size_t corner = 0; corner < 4; corner++) {                                                        \
                const REAL *v = values + corners->offset[corner][i] + c;                                           \
                for (size_t k = 0; k < tile; k++) sum[k] += corners->weight[corner][i] * v[k];                     \
            }                                                                                                      \
        for (size_t k = 0; k < tile; k++) z[c + k] = sum[k];                                                       \
    }

static inline void DM_NAME(add_reads)(const REAL *restrict values, const DM_NAME(corners) *restrict corners, size_t first,
    size_t end, REAL *restrict z, size_t channels) {
    size_t c = 0;
    DM_SAMPLE_TILE(32)
    DM_SAMPLE_TILE(16)
    DM_SAMPLE_TILE(8)
    DM_SAMPLE_TILE(1)
}
#undef DM_SAMPLE_TILE

static void DM_NAME(sample)(const void *values_, const void *positions_, const void *weights_, void *z_,
    dm_sampling_shape shape, size_t first, size_t end) {
    size_t stride = shape.heads * shape.channels, points = shape.heads * shape.points;
    DM_NAME(corners) corners;
    memset((REAL *)z_ + first * stride, 0, (end - first) * stride * sizeof(REAL));
    for (size_t query = first; query < end; query++) {
        const REAL *image = (const REAL *)values_ + query / shape.queries * shape.height * shape.width * stride;
        const REAL *weights = (const REAL *)weights_ + query * points;
        REAL *z = (REAL *)z_ + query * stride;
        for (size_t start = 0; start < points; start += DM_SAMPLING_BLOCK) {
            size_t count = points - start < DM_SAMPLING_BLOCK ? points - start : DM_SAMPLING_BLOCK;
            DM_NAME(find_corners)((const REAL *)positions_ + 2 * (query * points + start), count, &shape, &corners);
            for (size_t corner = 0; corner < 4; corner++)
                for (size_t i = 0; i < count; i++) corners.weight[corner][i] *= weights[start + i];
            for (size_t i = 0; i < count;) {
                size_t head = (start + i) / shape.points, next = (head + 1) * shape.points - start;
                if (next > count) next = count;
                DM_NAME(add_reads)(image + head * shape.channels, &corners, i, next, z + head * shape.channels, shape.channels);
                i = next;
            }
        }
    }
}

// Eight channels, the least that a head has where speed matters.
typedef REAL DM_NAME(octet) __attribute__((vector_size(8 * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));

// Adds weight[corner] * gradient to dvalues at the four corners, and finds the products of gradient
// and values there.
static inline void DM_NAME(scatter)(const REAL *restrict gradient, const REAL *restrict values, REAL *restrict dvalues,
    const int32_t offset[4], const REAL weight[4], size_t channels, REAL product[4]) {
    DM_NAME(octet) parts[4] = {0};
    size_t c = 0;
    for (; c + 8 <= channels; c += 8) {
        DM_NAME(octet) g = *(const DM_NAME(octet) *)(gradient + c);
        DM_UNROLL
        for (size_t corner = 0; corner < 4; corner++) {
            parts[corner] += g * *(const DM_NAME(octet) *)(values + offset[corner] + c);
            *(DM_NAME(octet) *)(dvalues + offset[corner] + c) += weight[corner] * g;
        }
    }
    DM_UNROLL
    for (size_t corner = 0; corner < 4; corner++) {
        DM_NAME(octet) p = parts[corner];
        p += __builtin_shufflevector(p, p, 4, 5, 6, 7, 0, 1, 2, 3);
        p += __builtin_shufflevector(p, p, 2, 3, 0, 1, 6, 7, 4, 5);
        product[corner] = p[0] + p[1];
    }
    for (; c < channels; c++)
        for (size_t corner = 0; corner < 4; corner++) {
            product[corner] += gradient[c] * values[offset[corner] + c];
            dvalues[offset[corner] + c] += weight[corner] * gradient[c];
        }
}

// The gradients at the points of one query that lie in a block of corners and belong to the heads head0 ..< head1.
static inline void DM_NAME(sample_gradient_block)(const REAL *values, const REAL *gradient, const REAL *weights,
    REAL *dvalues, REAL *dpositions, REAL *dweights, const DM_NAME(corners) *corners, const dm_sampling_shape *shape,
    size_t start, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t base = (start + i) / shape->points * shape->channels;
        REAL weight = weights[i], scaled[4], d[4], x = corners->x[i], y = corners->y[i];
        int32_t offset[4];
        for (size_t k = 0; k < 4; k++) {
            offset[k] = corners->offset[k][i];
            scaled[k] = weight * corners->weight[k][i];
        }
        DM_NAME(scatter)(gradient + base, values + base, dvalues + base, offset, scaled, shape->channels, d);
        for (size_t k = 0; k < 4; k++) d[k] *= corners->inside[k][i];
        dweights[i] = (1 - y) * ((1 - x) * d[0] + x * d[1]) + y * ((1 - x) * d[2] + x * d[3]);
        dpositions[2 * i] = weight * ((1 - y) * (d[1] - d[0]) + y * (d[3] - d[2]));
        dpositions[2 * i + 1] = weight * ((1 - x) * (d[2] - d[0]) + x * (d[3] - d[1]));
    }
}

static void DM_NAME(sample_gradient)(const void *values_, const void *positions_, const void *weights_,
    const void *gradient_, void *dvalues_, void *dpositions_, void *dweights_, dm_sampling_shape shape, size_t first,
    size_t end) {
    size_t stride = shape.heads * shape.channels, pixels = shape.height * shape.width, points = shape.heads * shape.points;
    DM_NAME(corners) corners;
    while (first < end) {
        // The heads of one image at a time.
        size_t image = first / shape.heads, head0 = first % shape.heads;
        size_t head1 = end - image * shape.heads < shape.heads ? end - image * shape.heads : shape.heads;
        const REAL *values = (const REAL *)values_ + image * pixels * stride;
        REAL *dvalues = (REAL *)dvalues_ + image * pixels * stride;
        for (size_t i = 0; i < pixels; i++)
            memset(dvalues + i * stride + head0 * shape.channels, 0, (head1 - head0) * shape.channels * sizeof(REAL));
        for (size_t query = image * shape.queries; query < (image + 1) * shape.queries; query++)
            for (size_t start = head0 * shape.points; start < head1 * shape.points; start += DM_SAMPLING_BLOCK) {
                size_t count = head1 * shape.points - start, i = query * points + start;
                if (count > DM_SAMPLING_BLOCK) count = DM_SAMPLING_BLOCK;
                DM_NAME(find_corners)((const REAL *)positions_ + 2 * i, count, &shape, &corners);
                DM_NAME(sample_gradient_block)(values, (const REAL *)gradient_ + query * stride, (const REAL *)weights_ + i,
                    dvalues, (REAL *)dpositions_ + 2 * i, (REAL *)dweights_ + i, &corners, &shape, start, count);
            }
        first = image * shape.heads + head1;
    }
}

#undef DM_SAMPLING_BLOCK
