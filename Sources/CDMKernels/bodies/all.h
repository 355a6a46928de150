// Everything that one instruction set brings. The including file has defined `DM_ISA` and pushed
// the target attribute; system headers are included before that.
#include "names.h"

#define REAL float
#define SUFFIX f32
#include "real.h"
#include "matrix.h"
#include "convolution.h"
#include "pooling.h"
#include "vision.h"
#undef REAL
#undef SUFFIX

#define REAL double
#define SUFFIX f64
#include "real.h"
#include "matrix.h"
#include "convolution.h"
#include "pooling.h"
#include "vision.h"
#undef REAL
#undef SUFFIX

#define DM_STRING(x) #x
#define DM_EXPANDED_STRING(x) DM_STRING(x)

const dm_kernels DM_TABLE = {
    .name = DM_EXPANDED_STRING(DM_ISA),
    .real_f32 = &DM_EXPAND3(real_kernels, f32, DM_ISA),
    .real_f64 = &DM_EXPAND3(real_kernels, f64, DM_ISA),
    .matrix_f32 = &DM_EXPAND3(matrix_kernels, f32, DM_ISA),
    .matrix_f64 = &DM_EXPAND3(matrix_kernels, f64, DM_ISA),
    .convolution_f32 = &DM_EXPAND3(convolution_kernels, f32, DM_ISA),
    .convolution_f64 = &DM_EXPAND3(convolution_kernels, f64, DM_ISA),
    .pooling_f32 = &DM_EXPAND3(pooling_kernels, f32, DM_ISA),
    .pooling_f64 = &DM_EXPAND3(pooling_kernels, f64, DM_ISA),
    .vision_f32 = &DM_EXPAND3(vision_kernels, f32, DM_ISA),
    .vision_f64 = &DM_EXPAND3(vision_kernels, f64, DM_ISA),
};
