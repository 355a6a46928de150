// Deformable sampling: bilinear reads at fractional positions, added up with weights.

// The four pixels around a position: offsets of their rows of channels, bilinear weights, and
// whether they lie inside. `x` and `y` are the fractions.
typedef struct DM_NAME(corners) {
    size_t offset[4];
    REAL weight[4], x, y;
    bool inside[4];
} DM_NAME(corners);

// False if no corner lies inside; written so that it also holds back NaN and what no integer can hold.
static inline bool DM_NAME(find_corners)(const REAL *position, const dm_sampling_shape *shape, size_t stride,
    DM_NAME(corners) *corners) {
    REAL x = position[0], y = position[1];
    if (!(x > -1 && y > -1 && x < (REAL)shape->width && y < (REAL)shape->height)) return false;
    long left = (long)x, top = (long)y;
    left -= x < (REAL)left;
    top -= y < (REAL)top;
    long width = (long)shape->width, height = (long)shape->height;
    REAL fx = x - (REAL)left, fy = y - (REAL)top;
    bool l = left >= 0, r = left + 1 < width, t = top >= 0, b = top + 1 < height;
    long origin = (top * width + left) * (long)stride, down = width * (long)stride;
    corners->x = fx;
    corners->y = fy;
    corners->offset[0] = (size_t)origin;
    corners->offset[1] = (size_t)(origin + (long)stride);
    corners->offset[2] = (size_t)(origin + down);
    corners->offset[3] = (size_t)(origin + down + (long)stride);
    corners->weight[0] = (1 - fy) * (1 - fx);
    corners->weight[1] = (1 - fy) * fx;
    corners->weight[2] = fy * (1 - fx);
    corners->weight[3] = fy * fx;
    corners->inside[0] = t && l;
    corners->inside[1] = t && r;
    corners->inside[2] = b && l;
    corners->inside[3] = b && r;
    return true;
}

// z[c] = the sum over the reads of weight * values[offset + c], in tiles that stay in registers.
#define DM_SAMPLE_TILE(tile)                                                                                       \
    for (; c + tile <= channels; c += tile) {                                                                      \
        REAL sum[tile];                                                                                            \
        for (size_t k = 0; k < tile; k++) sum[k] = z[c + k];                                                       \
        for (size_t i = 0; i < count; i++) {                                                                       \
            const REAL *v = values + offset[i] + c;                                                                \
            for (size_t k = 0; k < tile; k++) sum[k] += weight[i] * v[k];                                          \
        }                                                                                                          \
        for (size_t k = 0; k < tile; k++) z[c + k] = sum[k];                                                       \
    }

static inline void DM_NAME(add_reads)(const REAL *restrict values, const size_t *restrict offset,
    const REAL *restrict weight, size_t count, REAL *restrict z, size_t channels) {
    size_t c = 0;
    DM_SAMPLE_TILE(32)
    DM_SAMPLE_TILE(16)
    DM_SAMPLE_TILE(8)
    DM_SAMPLE_TILE(1)
}
#undef DM_SAMPLE_TILE

static void DM_NAME(sample)(const void *values_, const void *positions_, const void *weights_, void *z_,
    dm_sampling_shape shape, size_t first, size_t end) {
    enum { capacity = 64 };
    size_t channels = shape.channels, stride = shape.heads * channels;
    size_t offset[capacity];
    REAL weight[capacity];
    for (size_t query = first; query < end; query++) {
        const REAL *image = (const REAL *)values_ + query / shape.queries * shape.height * shape.width * stride;
        for (size_t head = 0; head < shape.heads; head++) {
            size_t item = query * shape.heads + head, count = 0;
            const REAL *positions = (const REAL *)positions_ + item * shape.points * 2;
            const REAL *weights = (const REAL *)weights_ + item * shape.points;
            REAL *z = (REAL *)z_ + item * channels;
            memset(z, 0, channels * sizeof(REAL));
            for (size_t p = 0; p < shape.points; p++) {
                DM_NAME(corners) corners;
                if (!DM_NAME(find_corners)(positions + 2 * p, &shape, stride, &corners)) continue;
                for (size_t k = 0; k < 4; k++) {
                    offset[count] = corners.offset[k];
                    weight[count] = weights[p] * corners.weight[k];
                    count += corners.inside[k];
                }
                if (count + 4 > capacity) {
                    DM_NAME(add_reads)(image + head * channels, offset, weight, count, z, channels);
                    count = 0;
                }
            }
            DM_NAME(add_reads)(image + head * channels, offset, weight, count, z, channels);
        }
    }
}

// Adds weight * gradient to dvalues and returns the product of gradient and values.
static inline REAL DM_NAME(scatter)(const REAL *restrict gradient, const REAL *restrict values, REAL weight,
    REAL *restrict dvalues, size_t channels) {
#pragma clang fp reassociate(on)
    REAL product = 0;
    for (size_t c = 0; c < channels; c++) {
        product += gradient[c] * values[c];
        dvalues[c] += weight * gradient[c];
    }
    return product;
}

static void DM_NAME(sample_gradient)(const void *values_, const void *positions_, const void *weights_,
    const void *gradient_, void *dvalues_, void *dpositions_, void *dweights_, dm_sampling_shape shape, size_t first,
    size_t end) {
    size_t channels = shape.channels, stride = shape.heads * channels, pixels = shape.height * shape.width;
    while (first < end) {
        // The heads of one image at a time: neighbouring heads share cache lines.
        size_t image = first / shape.heads, head0 = first % shape.heads;
        size_t head1 = end - image * shape.heads < shape.heads ? end - image * shape.heads : shape.heads;
        const REAL *values = (const REAL *)values_ + image * pixels * stride;
        REAL *dvalues = (REAL *)dvalues_ + image * pixels * stride;
        for (size_t i = 0; i < pixels; i++)
            memset(dvalues + i * stride + head0 * channels, 0, (head1 - head0) * channels * sizeof(REAL));
        for (size_t query = image * shape.queries; query < (image + 1) * shape.queries; query++)
            for (size_t head = head0; head < head1; head++) {
                size_t item = query * shape.heads + head, base = head * channels;
                const REAL *gradient = (const REAL *)gradient_ + item * channels;
                for (size_t p = item * shape.points; p < (item + 1) * shape.points; p++) {
                    DM_NAME(corners) corners;
                    REAL *dposition = (REAL *)dpositions_ + 2 * p, *dweight = (REAL *)dweights_ + p;
                    REAL weight = ((const REAL *)weights_)[p], d[4] = {0};
                    dposition[0] = dposition[1] = *dweight = 0;
                    if (!DM_NAME(find_corners)((const REAL *)positions_ + 2 * p, &shape, stride, &corners)) continue;
                    for (size_t k = 0; k < 4; k++) {
                        if (!corners.inside[k]) continue;
                        size_t o = corners.offset[k] + base;
                        d[k] = DM_NAME(scatter)(gradient, values + o, weight * corners.weight[k], dvalues + o, channels);
                        *dweight += corners.weight[k] * d[k];
                    }
                    dposition[0] = weight * ((1 - corners.y) * (d[1] - d[0]) + corners.y * (d[3] - d[2]));
                    dposition[1] = weight * ((1 - corners.x) * (d[2] - d[0]) + corners.x * (d[3] - d[1]));
                }
            }
        first = image * shape.heads + head1;
    }
}
