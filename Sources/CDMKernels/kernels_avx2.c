#include "CDMKernels.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

#define DM_ISA avx2
#define DM_VECTOR_BYTES 32
#define DM_TILE_ROWS 6
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "bodies/all.h"
#pragma clang attribute pop
#endif
