// Random numbers of a real type. See `random_kernels.h`. `DM_PER_BLOCK` is how many one block makes.

// Numbers in [0, 1), one for each place that a block makes.
static void DM_NAME(fractions)(uint32_t words[4][DM_PHILOX_LANES], REAL u[DM_PER_BLOCK][DM_PHILOX_LANES]) {
    for (size_t w = 0; w < DM_PER_BLOCK; w++)
        for (size_t l = 0; l < DM_PHILOX_LANES; l++) {
#if DM_PER_BLOCK == 4
            u[w][l] = (REAL)(int32_t)(words[w][l] >> 8) * 0x1p-24f;
#else
            uint64_t both = (uint64_t)words[2 * w + 1][l] << 32 | words[2 * w][l];
            u[w][l] = (REAL)(int64_t)(both >> 11) * 0x1p-53;
#endif
        }
}

static void DM_NAME(store)(REAL u[DM_PER_BLOCK][DM_PHILOX_LANES], REAL *z, size_t count) {
    if (count >= DM_PER_BLOCK * DM_PHILOX_LANES) {
        for (size_t l = 0; l < DM_PHILOX_LANES; l++)
            for (size_t w = 0; w < DM_PER_BLOCK; w++) z[l * DM_PER_BLOCK + w] = u[w][l];
    } else {
        for (size_t i = 0; i < count; i++) z[i] = u[i % DM_PER_BLOCK][i / DM_PER_BLOCK];
    }
}

static void DM_NAME(uniform)(
    dm_random_stream stream, uint64_t first, double low_, double width_, double last_, void *z_, size_t count) {
    REAL low = (REAL)low_, width = (REAL)width_, last = (REAL)last_, *z = z_;
    uint32_t words[4][DM_PHILOX_LANES];
    REAL u[DM_PER_BLOCK][DM_PHILOX_LANES];
    for (size_t i = 0; i < count; i += DM_PER_BLOCK * DM_PHILOX_LANES) {
        DM_EXPAND2(philox, DM_ISA)(stream, first + i / DM_PER_BLOCK, words);
        DM_NAME(fractions)(words, u);
        for (size_t w = 0; w < DM_PER_BLOCK; w++)
            for (size_t l = 0; l < DM_PHILOX_LANES; l++) {
                REAL a = low + width * u[w][l];
                u[w][l] = a > last ? last : a;
            }
        DM_NAME(store)(u, z + i, count - i);
    }
}

// Two numbers in [0, 1) become two independent normal ones: the point at angle 2 pi v and radius
// sqrt(-2 log(1 - u)).
static void DM_NAME(normal)(dm_random_stream stream, uint64_t first, void *z_, size_t count) {
    REAL *z = z_, u[DM_PER_BLOCK][DM_PHILOX_LANES];
    uint32_t words[4][DM_PHILOX_LANES];
    for (size_t i = 0; i < count; i += DM_PER_BLOCK * DM_PHILOX_LANES) {
        DM_EXPAND2(philox, DM_ISA)(stream, first + i / DM_PER_BLOCK, words);
        DM_NAME(fractions)(words, u);
        for (size_t w = 0; w < DM_PER_BLOCK; w += 2)
            DM_EACH(l, DM_PHILOX_LANES) {
                REAL radius = DM_NAME(sqrt)(-2 * DM_NAME(log)(1 - u[w][l])), sine, cosine;
                DM_NAME(turn)(u[w + 1][l], &sine, &cosine);
                u[w][l] = radius * cosine;
                u[w + 1][l] = radius * sine;
            }
        DM_NAME(store)(u, z + i, count - i);
    }
}

static const dm_random_kernels DM_NAME(random_kernels) = {
    .per_block = DM_PER_BLOCK, .uniform = DM_NAME(uniform), .normal = DM_NAME(normal),
};
