// Normalization, resampling, attention and the loss. See `network_kernels.h` for what each one means.
#include "lanes.h"
#include "normalization.h"
#include "resampling.h"
#include "sampling.h"
#include "attention.h"
#include "cross_entropy.h"
#include "resized_loss.h"

static const dm_network_kernels DM_NAME(network_kernels) = {
    .column_moments = DM_NAME(column_moments),
    .merge_column_moments = DM_NAME(merge_column_moments),
    .normalization_factors = DM_NAME(normalization_factors),
    .normalize_columns = DM_NAME(normalize_columns),
    .normalize_columns_sums = DM_NAME(normalize_columns_sums),
    .normalize_columns_gradient = DM_NAME(normalize_columns_gradient),
    .sum_rows = DM_NAME(sum_rows),
    .normalize_rows = DM_NAME(normalize_rows),
    .normalize_rows_gradient = DM_NAME(normalize_rows_gradient),
    .resize = DM_NAME(resize),
    .resize_adjoint = DM_NAME(resize_adjoint),
    .copy_blocks = DM_NAME(copy_blocks),
    .sample = DM_NAME(sample),
    .sample_gradient = DM_NAME(sample_gradient),
    .attention_scratch = DM_NAME(attention_scratch),
    .attention = DM_NAME(attention),
    .attention_gradient_scratch = DM_NAME(attention_gradient_scratch),
    .attention_gradient = DM_NAME(attention_gradient),
    .cross_entropy = DM_NAME(cross_entropy),
    .cross_entropy_gradient = DM_NAME(cross_entropy_gradient),
    .resized_loss_scratch = DM_NAME(resized_loss_scratch),
    .resized_cross_entropy = DM_NAME(resized_cross_entropy),
    .resized_cross_entropy_gradient = DM_NAME(resized_cross_entropy_gradient),
};

#undef DM_LANES
#undef DM_LOAD
#undef DM_STORE
#undef DM_UNROLL
#undef DM_VECTORIZE
