#include "CDMKernels.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

#define DM_ISA baseline
#include "bodies/all.h"
