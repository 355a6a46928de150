#ifndef CDM_OPTIMIZATION_KERNELS_H
#define CDM_OPTIMIZATION_KERNELS_H

#include "sendable.h"
#include <stddef.h>

/// Steps of optimizers, each in one pass over the memory.
typedef struct DM_SENDABLE dm_optimization_kernels {
    /// g' = g + decay p;  v = momentum v + g';  p = p - rate v
    void (*sgd)(void *p, const void *g, void *v, size_t count, double rate, double momentum, double decay);
    /// p = p - rate decay p;  m = b1 m + (1 - b1) g;  s = b2 s + (1 - b2) g^2;
    /// p = p - rate (m / c1) / (sqrt(s / c2) + epsilon)
    void (*adamw)(void *p, const void *g, void *m, void *s, size_t count, double rate, double b1, double b2, double c1,
                  double c2, double epsilon, double decay);
    /// a = decay a + (1 - decay) x
    void (*average)(void *a, const void *x, size_t count, double decay);
} dm_optimization_kernels;

#endif
