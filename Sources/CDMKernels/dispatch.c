#include "CDMKernels.h"
#include <stdlib.h>
#include <string.h>

extern const dm_kernels dm_kernels_baseline;
#if defined(__x86_64__)
extern const dm_kernels dm_kernels_avx2, dm_kernels_avx512;

static int runs_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

static int runs_avx512(void) {
    return runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}
#endif

const dm_kernels *dm_kernels_named(const char *name) {
    if (strcmp(name, "baseline") == 0) return &dm_kernels_baseline;
#if defined(__x86_64__)
    if (strcmp(name, "avx2") == 0 && runs_avx2()) return &dm_kernels_avx2;
    if (strcmp(name, "avx512") == 0 && runs_avx512()) return &dm_kernels_avx512;
#endif
    return NULL;
}

const dm_kernels *dm_kernels_active(void) {
    const char *asked = getenv("DIFFMATCH_KERNELS");
    const dm_kernels *table = asked ? dm_kernels_named(asked) : NULL;
    if (!table) table = dm_kernels_named("avx512");
    if (!table) table = dm_kernels_named("avx2");
    return table ? table : &dm_kernels_baseline;
}
