#include "CDMKernels.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

#define DM_ISA avx512
#define DM_VECTOR_BYTES 64
#define DM_TILE_ROWS 14
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,f16c"))), apply_to = function)
#include "bodies/all.h"
#pragma clang attribute pop
#endif
