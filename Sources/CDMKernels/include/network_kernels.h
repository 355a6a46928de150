#ifndef CDM_NETWORK_KERNELS_H
#define CDM_NETWORK_KERNELS_H

#include "sendable.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How the positions of one axis read those of another: target t is
/// `(1 - fraction[t]) * source[low[t]] + fraction[t] * source[high[t]]`, `high[t] - low[t] <= 1`, `low` never falls.
typedef struct dm_axis_map {
    size_t source, target;
    const int32_t *low, *high;
    const double *fraction;
    /// The targets that read source s are some of `first[s] ..< end[s]`.
    const int32_t *first, *end;
} dm_axis_map;

/// The extents of deformable sampling: values `[batch, height, width, heads * channels]`, positions
/// `[batch, queries, heads, points, 2]`, weights `[batch, queries, heads, points]`.
typedef struct dm_sampling_shape {
    size_t batch, height, width, queries, heads, points, channels;
} dm_sampling_shape;

/// The extents of attention: queries `[batch, queries, heads * channels]`, keys and values `[batch, keys, heads * channels]`.
typedef struct dm_attention_shape {
    size_t batch, queries, keys, heads, channels;
} dm_attention_shape;

/// What a normalization does to its result y: nothing, max(y, 0), or min(max(y, 0), 6).
typedef enum dm_activation { dm_identity, dm_rectified, dm_rectified_6 } dm_activation;

/// Normalization, resampling, attention and the loss.
typedef struct DM_SENDABLE dm_network_kernels {
    /// Per column of x [rows, columns]: the mean and the sum of squared deviations from it.
    void (*column_moments)(const void *x, void *mean, void *deviation, size_t rows, size_t columns);
    /// The mean and biased variance of all rows from the moments of chunks of `chunk_rows` rows, [chunks, columns] each.
    void (*merge_column_moments)(const void *means, const void *deviations, void *mean, void *variance, size_t rows,
        size_t chunk_rows, size_t columns);
    /// inverse = 1 / sqrt(variance + epsilon), factor = scale * inverse
    void (*normalization_factors)(const void *variance, const void *scale, void *inverse, void *factor, size_t columns,
        double epsilon);
    /// z = (x - mean) * factor + shift for each column, plus `residual` if it is not NULL, then the activation.
    void (*normalize_columns)(const void *x, const void *mean, const void *factor, const void *shift, const void *residual,
        void *z, size_t rows, size_t columns, dm_activation activation);
    /// Per column: the sums of the gradient where the activation let the result through, and of its products with
    /// (x - mean) * inverse.
    void (*normalize_columns_sums)(const void *x, const void *gradient, const void *mean, const void *inverse,
        const void *factor, const void *shift, void *sum, void *product_sum, size_t rows, size_t columns,
        dm_activation activation);
    /// dx = factor * (masked gradient - share * sum - share * product_sum * (x - mean) * inverse)
    void (*normalize_columns_gradient)(const void *x, const void *gradient, const void *mean, const void *inverse,
        const void *factor, const void *shift, const void *sum, const void *product_sum, void *dx, size_t rows,
        size_t columns, double share, dm_activation activation);
    /// z[c] = the sum over r of x[r, c], row after row in double precision.
    void (*sum_rows)(const void *x, void *z, size_t rows, size_t columns);

    /// z = (x - mean) / sqrt(variance + epsilon) * scale + shift with the mean and variance of each row.
    void (*normalize_rows)(const void *x, const void *scale, const void *shift, void *z, size_t rows, size_t columns,
        double epsilon);
    /// The gradient of `normalize_rows`; those of scale and shift are sums over these rows alone.
    void (*normalize_rows_gradient)(const void *x, const void *gradient, const void *scale, void *dx, void *dscale,
        void *dshift, size_t rows, size_t columns, double epsilon);

    /// Rows `first ..< end` of the batch * target rows of a bilinearly resampled image; `scratch` holds one source row.
    void (*resize)(const void *x, void *z, dm_axis_map vertical, dm_axis_map horizontal, size_t channels, size_t first,
        size_t end, void *scratch);
    /// Rows `first ..< end` of the batch * source rows of the adjoint of `resize`; `scratch` holds one target row.
    void (*resize_adjoint)(const void *gradient, void *dx, dm_axis_map vertical, dm_axis_map horizontal, size_t channels,
        size_t first, size_t end, void *scratch);
    /// Block i of z is block indices[i] of x, each of `bytes` bytes.
    void (*copy_blocks)(const void *x, void *z, const int32_t *indices, size_t count, size_t bytes);

    /// Queries `first ..< end` of the batch * queries of deformable sampling.
    void (*sample)(const void *values, const void *positions, const void *weights, void *z, dm_sampling_shape shape,
        size_t first, size_t end);
    /// The gradients of `sample`, heads `first ..< end` of the batch * heads.
    void (*sample_gradient)(const void *values, const void *positions, const void *weights, const void *gradient,
        void *dvalues, void *dpositions, void *dweights, dm_sampling_shape shape, size_t first, size_t end);

    /// The bytes of scratch that `attention` needs for that many queries.
    size_t (*attention_scratch)(dm_attention_shape shape, size_t queries);
    /// Queries `first ..< end` of one of the batch * heads; normalizers [batch * heads, queries] = log(sum(exp(scores))).
    void (*attention)(const void *queries, const void *keys, const void *values, void *z, void *normalizers,
        dm_attention_shape shape, size_t item, size_t first, size_t end, void *scratch);
    /// The bytes of scratch that `attention_gradient` needs.
    size_t (*attention_gradient_scratch)(dm_attention_shape shape);
    /// The gradients of `attention` for one of the batch * heads, given its result z and the normalizers.
    void (*attention_gradient)(const void *queries, const void *keys, const void *values, const void *z,
        const void *normalizers, const void *gradient, void *dqueries, void *dkeys, void *dvalues,
        dm_attention_shape shape, size_t item, void *scratch);

    /// losses = log(sum(exp(x))) - x[target] and normalizers = log(sum(exp(x))) of each row; zero losses where the target
    /// is `ignored`. Returns the number of rows whose target is no class.
    size_t (*cross_entropy)(const void *x, const int32_t *targets, void *losses, void *normalizers, size_t rows,
        size_t classes, int32_t ignored);
    /// dx = gradient * (exp(x - normalizer) - [class is target]) of each row, zero where the target is `ignored`.
    void (*cross_entropy_gradient)(const void *x, const int32_t *targets, const void *normalizers, const void *gradient,
        void *dx, size_t rows, size_t classes, int32_t ignored);

    /// The bytes of scratch that the two below need.
    size_t (*resized_loss_scratch)(size_t source_width, size_t target_width, size_t classes);
    /// `cross_entropy` of logits enlarged by `resize`, for rows `first ..< end` of the batch * target rows.
    size_t (*resized_cross_entropy)(const void *x, const int32_t *targets, void *losses, dm_axis_map vertical,
        dm_axis_map horizontal, size_t classes, int32_t ignored, size_t first, size_t end, void *scratch);
    /// The gradient of the logits before they were enlarged, for images `first ..< end`.
    void (*resized_cross_entropy_gradient)(const void *x, const int32_t *targets, const void *gradient, void *dx,
        dm_axis_map vertical, dm_axis_map horizontal, size_t classes, int32_t ignored, size_t first, size_t end,
        void *scratch);
} dm_network_kernels;

#endif
