// Everything that one instruction set brings. The including file has defined `DM_ISA` and pushed
// the target attribute; system headers are included before that.
//
// For each type: `ELEMENT` and `SUFFIX` name it, `WRAPPING` is the type of its sums and products
// (unsigned, so that integers wrap around), `LIMIT` the type in which its conversions compare,
// `PARTIAL` and `TOTAL` the types of short and of long sums, `DM_PER_BLOCK` the random numbers that
// 128 random bits make.
#include "names.h"
#include "philox.h"

// Loops are asked to become vectors; those that call the C library cannot. A conversion compares
// with the range of its result even where every operand lies within.
#pragma clang diagnostic ignored "-Wpass-failed"
#pragma clang diagnostic ignored "-Wtautological-constant-out-of-range-compare"

#define ELEMENT float
#define REAL float
#define SUFFIX f32
#define WRAPPING float
#define LIMIT float
#define PARTIAL float
#define TOTAL double
#define DM_PER_BLOCK 4
#include "elements.h"
#include "functions_f32.h"
#include "real.h"
#include "functions.h"
#include "optimization.h"
#include "matrix.h"
#include "linear.h"
#include "convolution.h"
#include "winograd.h"
#include "pooling.h"
#include "random.h"
#include "network.h"
#include "undefine.h"

#define ELEMENT double
#define REAL double
#define SUFFIX f64
#define WRAPPING double
#define LIMIT double
#define PARTIAL double
#define TOTAL double
#define DM_PER_BLOCK 2
#include "elements.h"
#include "functions_f64.h"
#include "real.h"
#include "functions.h"
#include "optimization.h"
#include "matrix.h"
#include "linear.h"
#include "convolution.h"
#include "winograd.h"
#include "pooling.h"
#include "random.h"
#include "network.h"
#include "undefine.h"

#define ELEMENT int32_t
#define SUFFIX i32
#define WRAPPING uint32_t
#define LIMIT int64_t
#define PARTIAL uint32_t
#define TOTAL uint32_t
#include "elements.h"
#include "undefine.h"

#define ELEMENT int64_t
#define SUFFIX i64
#define WRAPPING uint64_t
#define LIMIT int64_t
#define PARTIAL uint64_t
#define TOTAL uint64_t
#include "elements.h"
#include "undefine.h"

#define ELEMENT uint8_t
#define SUFFIX u8
#define WRAPPING uint8_t
#define LIMIT int64_t
#define PARTIAL uint32_t
#define TOTAL uint32_t
#include "elements.h"
#include "undefine.h"

#define DM_STRING(x) #x
#define DM_EXPANDED_STRING(x) DM_STRING(x)

const dm_kernels DM_TABLE = {
    .name = DM_EXPANDED_STRING(DM_ISA),
    .elements_f32 = &DM_EXPAND3(element_kernels, f32, DM_ISA),
    .elements_f64 = &DM_EXPAND3(element_kernels, f64, DM_ISA),
    .elements_i32 = &DM_EXPAND3(element_kernels, i32, DM_ISA),
    .elements_i64 = &DM_EXPAND3(element_kernels, i64, DM_ISA),
    .elements_u8 = &DM_EXPAND3(element_kernels, u8, DM_ISA),
    .real_f32 = &DM_EXPAND3(real_kernels, f32, DM_ISA),
    .real_f64 = &DM_EXPAND3(real_kernels, f64, DM_ISA),
    .functions_f32 = &DM_EXPAND3(function_kernels, f32, DM_ISA),
    .functions_f64 = &DM_EXPAND3(function_kernels, f64, DM_ISA),
    .optimization_f32 = &DM_EXPAND3(optimization_kernels, f32, DM_ISA),
    .optimization_f64 = &DM_EXPAND3(optimization_kernels, f64, DM_ISA),
    .matrix_f32 = &DM_EXPAND3(matrix_kernels, f32, DM_ISA),
    .matrix_f64 = &DM_EXPAND3(matrix_kernels, f64, DM_ISA),
    .linear_f32 = &DM_EXPAND3(linear_kernels, f32, DM_ISA),
    .linear_f64 = &DM_EXPAND3(linear_kernels, f64, DM_ISA),
    .convolution_f32 = &DM_EXPAND3(convolution_kernels, f32, DM_ISA),
    .convolution_f64 = &DM_EXPAND3(convolution_kernels, f64, DM_ISA),
    .winograd_f32 = &DM_EXPAND3(winograd_kernels, f32, DM_ISA),
    .winograd_f64 = &DM_EXPAND3(winograd_kernels, f64, DM_ISA),
    .pooling_f32 = &DM_EXPAND3(pooling_kernels, f32, DM_ISA),
    .pooling_f64 = &DM_EXPAND3(pooling_kernels, f64, DM_ISA),
    .random_f32 = &DM_EXPAND3(random_kernels, f32, DM_ISA),
    .random_f64 = &DM_EXPAND3(random_kernels, f64, DM_ISA),
    .network_f32 = &DM_EXPAND3(network_kernels, f32, DM_ISA),
    .network_f64 = &DM_EXPAND3(network_kernels, f64, DM_ISA),
};
