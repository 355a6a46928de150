// Normalization of columns (batch normalization) and of rows (layer normalization) of a matrix.

static inline REAL DM_NAME(normalized)(REAL x, REAL mean, REAL factor, REAL shift) { return (x - mean) * factor + shift; }

static void DM_NAME(column_moments)(const void *x_, void *mean_, void *deviation_, size_t rows, size_t columns) {
    const REAL *restrict x = x_;
    REAL *restrict mean = mean_, *restrict deviation = deviation_;
    // Four rows at a time: the sums are read and written once for four additions.
    size_t tail = rows - rows % 4;
    for (size_t c = 0; c < columns; c++) mean[c] = 0;
    for (size_t r = 0; r < tail; r += 4) {
        const REAL *a = x + r * columns, *b = a + columns, *d = b + columns, *e = d + columns;
        for (size_t c = 0; c < columns; c++) mean[c] += (a[c] + b[c]) + (d[c] + e[c]);
    }
    for (size_t r = tail; r < rows; r++)
        for (size_t c = 0; c < columns; c++) mean[c] += x[r * columns + c];
    for (size_t c = 0; c < columns; c++) mean[c] /= (REAL)rows;

    for (size_t c = 0; c < columns; c++) deviation[c] = 0;
    for (size_t r = 0; r < tail; r += 4) {
        const REAL *a = x + r * columns, *b = a + columns, *d = b + columns, *e = d + columns;
        for (size_t c = 0; c < columns; c++) {
            REAL m = mean[c], p = a[c] - m, q = b[c] - m, s = d[c] - m, t = e[c] - m;
            deviation[c] += (p * p + q * q) + (s * s + t * t);
        }
    }
    for (size_t r = tail; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            REAL d = x[r * columns + c] - mean[c];
            deviation[c] += d * d;
        }
}

static void DM_NAME(merge_column_moments)(const void *means_, const void *deviations_, void *mean_, void *variance_,
    size_t rows, size_t chunk_rows, size_t columns) {
    const REAL *means = means_, *deviations = deviations_;
    REAL *mean = mean_, *variance = variance_;
    for (size_t c = 0; c < columns; c++) {
        double m = 0, d = 0;
        // Chan, Golub & LeVeque 1979: pairs of (count, mean, sum of squared deviations) add up.
        for (size_t done = 0, i = c; done < rows; done += chunk_rows, i += columns) {
            double count = rows - done < chunk_rows ? rows - done : chunk_rows;
            double difference = means[i] - m, share = count / (done + count);
            m += difference * share;
            d += deviations[i] + difference * difference * done * share;
        }
        mean[c] = (REAL)m;
        variance[c] = (REAL)(rows ? d / rows : 0);
    }
}

static void DM_NAME(normalization_factors)(const void *variance_, const void *scale_, void *inverse_, void *factor_,
    size_t columns, double epsilon) {
    const REAL *variance = variance_, *scale = scale_;
    REAL *inverse = inverse_, *factor = factor_;
    for (size_t c = 0; c < columns; c++) {
        double i = 1 / sqrt(variance[c] + epsilon);
        inverse[c] = (REAL)i;
        factor[c] = (REAL)(scale[c] * i);
    }
}

static void DM_NAME(normalize_columns)(const void *x_, const void *mean_, const void *factor_, const void *shift_,
    const void *residual_, void *z_, size_t rows, size_t columns, dm_activation activation) {
    const REAL *restrict mean = mean_, *restrict factor = factor_, *restrict shift = shift_;
    for (size_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)x_ + r * columns, *restrict residual = residual_ ? (const REAL *)residual_ + r * columns : NULL;
        REAL *restrict z = (REAL *)z_ + r * columns;
        if (residual_)
            for (size_t c = 0; c < columns; c++) z[c] = DM_NAME(normalized)(x[c], mean[c], factor[c], shift[c]) + residual[c];
        else
            for (size_t c = 0; c < columns; c++) z[c] = DM_NAME(normalized)(x[c], mean[c], factor[c], shift[c]);
        // The row is still in the first-level cache.
        if (activation != dm_identity)
            for (size_t c = 0; c < columns; c++) z[c] = z[c] < 0 ? 0 : z[c];
        if (activation == dm_rectified_6)
            for (size_t c = 0; c < columns; c++) z[c] = z[c] > 6 ? 6 : z[c];
    }
}

// The gradient of a normalized element before the activation, which is worked out again.
static inline REAL DM_NAME(masked)(REAL gradient, REAL x, REAL mean, REAL factor, REAL shift, dm_activation activation) {
    REAL y = DM_NAME(normalized)(x, mean, factor, shift);
    bool passes = activation == dm_identity || (y > 0 && (activation == dm_rectified || y < 6));
    return passes ? gradient : 0;
}

static void DM_NAME(normalize_columns_sums)(const void *x_, const void *gradient_, const void *mean_, const void *inverse_,
    const void *factor_, const void *shift_, void *sum_, void *product_sum_, size_t rows, size_t columns, dm_activation activation) {
    const REAL *restrict mean = mean_, *restrict inverse = inverse_, *restrict factor = factor_, *restrict shift = shift_;
    REAL *restrict sum = sum_, *restrict product_sum = product_sum_;
    for (size_t c = 0; c < columns; c++) sum[c] = product_sum[c] = 0;
    size_t r = 0;
    for (; r + 2 <= rows; r += 2) {
        const REAL *restrict x = (const REAL *)x_ + r * columns, *restrict g = (const REAL *)gradient_ + r * columns;
        DM_NAME(fetch_ahead)(x, 2 * columns);
        DM_NAME(fetch_ahead)(g, 2 * columns);
        for (size_t c = 0; c < columns; c++) {
            REAL m = mean[c], a = x[c], b = x[columns + c];
            REAL p = DM_NAME(masked)(g[c], a, m, factor[c], shift[c], activation);
            REAL q = DM_NAME(masked)(g[columns + c], b, m, factor[c], shift[c], activation);
            sum[c] += p + q;
            product_sum[c] += p * (a - m) + q * (b - m);
        }
    }
    for (; r < rows; r++) {
        const REAL *restrict x = (const REAL *)x_ + r * columns, *restrict g = (const REAL *)gradient_ + r * columns;
        for (size_t c = 0; c < columns; c++) {
            REAL p = DM_NAME(masked)(g[c], x[c], mean[c], factor[c], shift[c], activation);
            sum[c] += p;
            product_sum[c] += p * (x[c] - mean[c]);
        }
    }
    for (size_t c = 0; c < columns; c++) product_sum[c] *= inverse[c];
}

static void DM_NAME(normalize_columns_gradient)(const void *x_, const void *gradient_, const void *mean_, const void *inverse_,
    const void *factor_, const void *shift_, const void *sum_, const void *product_sum_, void *dx_, size_t rows,
    size_t columns, double share_, dm_activation activation) {
    const REAL *restrict mean = mean_, *restrict inverse = inverse_, *restrict factor = factor_, *restrict shift = shift_;
    const REAL *restrict sum = sum_, *restrict product_sum = product_sum_;
    REAL share = (REAL)share_;
    for (size_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)x_ + r * columns, *restrict g = (const REAL *)gradient_ + r * columns;
        REAL *restrict dx = (REAL *)dx_ + r * columns;
        DM_NAME(fetch_ahead)(x, columns);
        DM_NAME(fetch_ahead)(g, columns);
        for (size_t c = 0; c < columns; c++) {
            REAL masked = DM_NAME(masked)(g[c], x[c], mean[c], factor[c], shift[c], activation);
            dx[c] = factor[c] * (masked - share * (sum[c] + product_sum[c] * inverse[c] * (x[c] - mean[c])));
        }
    }
}

static void DM_NAME(sum_rows)(const void *x_, void *z_, size_t rows, size_t columns) {
    const REAL *x = x_;
    REAL *z = z_;
    for (size_t c = 0; c < columns; c++) {
        double sum = 0;
        for (size_t r = 0; r < rows; r++) sum += x[r * columns + c];
        z[c] = (REAL)sum;
    }
}

// The mean and 1 / sqrt(variance + epsilon) of one row.
static inline void DM_NAME(row_moments)(const REAL *restrict x, size_t columns, double epsilon, REAL *mean, REAL *inverse) {
#pragma clang fp reassociate(on)
    REAL sum = 0, deviation = 0;
    for (size_t c = 0; c < columns; c++) sum += x[c];
    REAL m = sum / (REAL)columns;
    for (size_t c = 0; c < columns; c++) deviation += (x[c] - m) * (x[c] - m);
    *mean = m;
    *inverse = (REAL)(1 / sqrt(deviation / (double)columns + epsilon));
}

static void DM_NAME(normalize_rows)(const void *x_, const void *scale_, const void *shift_, void *z_, size_t rows,
    size_t columns, double epsilon) {
    const REAL *restrict scale = scale_, *restrict shift = shift_;
    for (size_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)x_ + r * columns;
        REAL *restrict z = (REAL *)z_ + r * columns;
        REAL mean, inverse;
        DM_NAME(row_moments)(x, columns, epsilon, &mean, &inverse);
        for (size_t c = 0; c < columns; c++) z[c] = (x[c] - mean) * inverse * scale[c] + shift[c];
    }
}

static void DM_NAME(normalize_rows_gradient)(const void *x_, const void *gradient_, const void *scale_, void *dx_,
    void *dscale_, void *dshift_, size_t rows, size_t columns, double epsilon) {
#pragma clang fp reassociate(on)
    const REAL *restrict scale = scale_;
    REAL *restrict dscale = dscale_, *restrict dshift = dshift_;
    for (size_t c = 0; c < columns; c++) dscale[c] = dshift[c] = 0;
    for (size_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)x_ + r * columns, *restrict g = (const REAL *)gradient_ + r * columns;
        REAL *restrict dx = (REAL *)dx_ + r * columns;
        REAL mean, inverse, sum = 0, product_sum = 0;
        DM_NAME(fetch_ahead)(x, columns);
        DM_NAME(fetch_ahead)(g, columns);
        DM_NAME(row_moments)(x, columns, epsilon, &mean, &inverse);
        for (size_t c = 0; c < columns; c++) {
            REAL scaled = g[c] * scale[c], x_hat = (x[c] - mean) * inverse;
            sum += scaled;
            product_sum += scaled * x_hat;
            dscale[c] += g[c] * x_hat;
            dshift[c] += g[c];
        }
        REAL a = sum / (REAL)columns, b = product_sum / (REAL)columns;
        for (size_t c = 0; c < columns; c++) dx[c] = inverse * (g[c] * scale[c] - a - (x[c] - mean) * inverse * b);
    }
}
