#include "CDMKernels.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

#define DM_ISA baseline
#define DM_VECTOR_BYTES 16
#define DM_TILE_ROWS 6
#include "bodies/all.h"
