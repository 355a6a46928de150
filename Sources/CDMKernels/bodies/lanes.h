// Vectors of 64 bytes, which the compiler splits where registers are narrower.
#define DM_LANES (64 / sizeof(REAL))
#define DM_LOAD(address) (*(const DM_NAME(lanes) *)(address))
#define DM_STORE(address) (*(DM_NAME(lanes) *)(address))
#define DM_VECTORIZE _Pragma("clang loop vectorize(enable) interleave(disable) unroll(disable)")
// Rows and columns of a tile are named by literals, so their loops must vanish.
#define DM_UNROLL _Pragma("clang loop unroll(full)")

typedef REAL DM_NAME(lanes) __attribute__((vector_size(64), aligned(sizeof(REAL)), may_alias));

// The largest of x, or `start` if that is larger: in as many parts as a vector has lanes, since the
// compiler may not reorder comparisons by itself.
static inline REAL DM_NAME(row_maximum)(const REAL *x, size_t count, REAL start) {
    REAL part[DM_LANES];
    for (size_t l = 0; l < DM_LANES; l++) part[l] = start;
    size_t i = 0;
    for (; i + DM_LANES <= count; i += DM_LANES)
        for (size_t l = 0; l < DM_LANES; l++) part[l] = x[i + l] > part[l] ? x[i + l] : part[l];
    for (; i < count; i++) part[0] = x[i] > part[0] ? x[i] : part[0];
    for (size_t width = DM_LANES / 2; width > 0; width /= 2)
        for (size_t l = 0; l < width; l++) part[l] = part[l + width] > part[l] ? part[l + width] : part[l];
    return part[0];
}

// Asks for what lies 4 KiB behind `count` numbers at x. Two large buffers that are read in turns were
// measured to be read three times faster so.
static inline void DM_NAME(fetch_ahead)(const REAL *x, size_t count) {
    const char *ahead = (const char *)x + 4096;
    for (size_t i = 0; i < count * sizeof(REAL); i += 64) __builtin_prefetch(ahead + i);
}
