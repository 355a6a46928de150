#ifndef CDM_POOLING_KERNELS_H
#define CDM_POOLING_KERNELS_H

#include "sendable.h"
#include <stdbool.h>
#include <stddef.h>

/// Windows that slide over feature maps `[n, h, w, c]`.
///
/// Result pixel (r, c) looks at source rows r row_step − row_padding + i row_dilation for i < window_rows,
/// and columns likewise, as far as they lie in the image.
typedef struct dm_pooling {
    ptrdiff_t source_height, source_width, result_height, result_width, channels;
    ptrdiff_t window_rows, window_columns, row_step, column_step, row_dilation, column_dilation, row_padding, column_padding;
    /// Where the padding below and behind the image ends.
    ptrdiff_t padded_height, padded_width;
    /// Whether an average divides by the window's pixels in image and padding rather than by those in the image.
    bool counts_padding;
} dm_pooling;

/// Pooling of `float` or `double` feature maps.
typedef struct DM_SENDABLE dm_pooling_kernels {
    /// The largest number of each window, for result pixels `first ..< first + count` counted through all images; NaN if there is one.
    void (*maximum)(const dm_pooling *plan, const void *source, void *result, size_t first, size_t count);
    /// Sets the gradient of the source in some channels of one image: a window's goes to its first maximum.
    void (*maximum_gradient)(
        const dm_pooling *plan, const void *source, const void *result_gradient, void *source_gradient, size_t image,
        size_t first_channel, size_t channels);
    /// The mean of each window, for result pixels `first ..< first + count` counted through all images.
    void (*average)(const dm_pooling *plan, const void *source, void *result, size_t first, size_t count);
    /// Sets the gradient of the source in some channels of one image.
    void (*average_gradient)(
        const dm_pooling *plan, const void *result_gradient, void *source_gradient, size_t image, size_t first_channel, size_t channels);
} dm_pooling_kernels;

#endif
