#ifndef CDM_KERNELS_H
#define CDM_KERNELS_H

#include "convolution_kernels.h"
#include "element_kernels.h"
#include "function_kernels.h"
#include "linear_kernels.h"
#include "matrix_kernels.h"
#include "network_kernels.h"
#include "optimization_kernels.h"
#include "pooling_kernels.h"
#include "random_kernels.h"
#include "real_kernels.h"
#include "relax.h"
#include "sendable.h"
#include "winograd_kernels.h"

// The one seam between the library and the processor. Every computation over a whole buffer is
// reached through a table; each instruction set brings one, all made from the same bodies. A later
// processor or device enters here: it fills a table of its own.
//
// Operands are `void *` so that the tables of `float` and `double` have one type: a caller that is
// generic over its scalar picks a table, not a function.

/// The kernels compiled for one instruction set.
typedef struct DM_SENDABLE dm_kernels {
    /// The instruction set: "baseline", "avx2" or "avx512".
    const char *name;
    const dm_element_kernels *elements_f32, *elements_f64, *elements_i32, *elements_i64, *elements_u8;
    const dm_real_kernels *real_f32, *real_f64;
    const dm_function_kernels *functions_f32, *functions_f64;
    const dm_optimization_kernels *optimization_f32, *optimization_f64;
    const dm_matrix_kernels *matrix_f32, *matrix_f64;
    const dm_linear_kernels *linear_f32, *linear_f64;
    const dm_convolution_kernels *convolution_f32, *convolution_f64;
    const dm_winograd_kernels *winograd_f32, *winograd_f64;
    const dm_pooling_kernels *pooling_f32, *pooling_f64;
    const dm_random_kernels *random_f32, *random_f64;
    const dm_network_kernels *network_f32, *network_f64;
} dm_kernels;

/// The widest table that this processor can run, chosen once.
///
/// The environment variable `DIFFMATCH_KERNELS` (`baseline`, `avx2`, `avx512`) asks for another; a
/// name that is unknown, or that this processor cannot run, is ignored.
const dm_kernels *dm_kernels_active(void);

/// The table of the named instruction set, or NULL where this processor cannot run it.
const dm_kernels *dm_kernels_named(const char *name);

#endif
