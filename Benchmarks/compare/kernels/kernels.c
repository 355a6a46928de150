// Times the kernels of convolutions and feed-forward layers on one thread, in processor time: what others do on the
// machine disturbs that least. Prints billions of operations of the direct convolution per second, so that an algorithm
// that needs fewer products may exceed what the processor can do.
#include "CDMKernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static float *numbers(size_t count) {
    float *x = aligned_alloc(64, (count * sizeof(float) + 127) / 64 * 64);
    for (size_t i = 0; i < count; i++) x[i] = (float)rand() / 2147483648.0f - 0.5f;
    return x;
}

// The shortest of several runs of a statement, in seconds.
#define SHORTEST(statement) \
    ({ double best = 1e9; for (int run = 0; run < 7; run++) { double start = now(); statement; \
       double taken = now() - start; if (taken < best) best = taken; } best; })

typedef struct { ptrdiff_t batch, side, inputs, outputs, dilation; } layer;

static const dm_kernels *kernels;

static void time_direct(layer l, const float *x, const float *w, float *y, double operations) {
    dm_tap_run runs[9];
    ptrdiff_t count = 0;
    for (ptrdiff_t i = -1; i < 2; i++) {
        if (l.dilation == 1) runs[count++] = (dm_tap_run){i, -1, 3};
        else for (ptrdiff_t j = -1; j < 2; j++) runs[count++] = (dm_tap_run){i * l.dilation, j * l.dilation, 1};
    }
    dm_convolution plan = {l.side, l.side, l.inputs, l.side, l.side, l.outputs, l.side, l.side, 1, 1, 0, 0, 1, 1, 0, l.inputs, 0,
                           l.outputs, runs, count, false};
    size_t panel = kernels->matrix_f32->panel_columns, depth = 9 * l.inputs, columns = l.outputs;
    float *packed = numbers(depth * ((columns + panel - 1) / panel * panel));
    double seconds = SHORTEST(
        kernels->matrix_f32->pack(w, l.outputs, 1, 0, depth, depth, columns, packed);
        kernels->convolution_f32->convolve(&plan, x, packed, y, 0, l.batch * l.side * l.side));
    printf("  direct: forward %.0f", operations / seconds);
    free(packed);
}

static void time_winograd(layer l, ptrdiff_t tile, const float *x, const float *w, float *y, double operations) {
    ptrdiff_t phase = (l.side + l.dilation - 1) / l.dilation, across = (phase + tile - 1) / tile;
    dm_winograd plan = {l.side, l.side, l.inputs, l.side, l.side, l.outputs, l.dilation, l.dilation, l.dilation, l.dilation, tile,
                        across, across};
    const dm_winograd_kernels *table = kernels->winograd_f32;
    size_t tiles = l.batch * l.dilation * l.dilation * across * across, points = (tile + 2) * (tile + 2);
    float *packed = numbers(points * l.inputs * (l.outputs + 64)), *sums = numbers(points * l.inputs * l.outputs);
    float *scratch = numbers(table->scratch(&plan) / sizeof(float)), *dw = numbers(9 * l.inputs * l.outputs);
    double forward = SHORTEST(
        table->transform_weights(&plan, w, false, packed, 0, l.inputs); table->convolve(&plan, x, packed, y, scratch, 0, tiles));
    double weights = SHORTEST(
        table->weight_sums(&plan, x, y, sums, scratch, 0, tiles);
        table->weight_gradient(&plan, sums, 1, dw, 0, l.inputs * l.outputs));
    printf("; tiles of %td: forward %.0f, weights %.0f", tile, operations / forward, operations / weights);
    free(packed), free(sums), free(scratch), free(dw);
}

static void time_feed_forward(size_t rows, size_t inputs, size_t hidden) {
    float *x = numbers(rows * inputs), *z = numbers(rows * inputs), *dx = numbers(rows * inputs), *bias = numbers(hidden);
    float *matrix = numbers(inputs * hidden), *sums = numbers(2 * (inputs + 1) * (hidden + 1));
    dm_feed_forward l = {inputs, hidden, inputs, matrix, bias, matrix, bias, matrix, matrix, true};
    float *scratch = numbers(kernels->linear_f32->feed_forward_scratch(&l) / sizeof(float));
    double forward = SHORTEST(kernels->linear_f32->feed_forward(&l, x, z, rows, scratch));
    double backward = SHORTEST(kernels->linear_f32->feed_forward_gradient(&l, x, z, dx, sums, rows, scratch));
    printf("feed-forward %zu>%zu>%zu of %zu rows: forward %.2f ms, backward %.2f ms\n", inputs, hidden, inputs, rows,
           forward * 1e3, backward * 1e3);
}

int main(void) {
    kernels = dm_kernels_active();
    printf("ours, %s\n", kernels->name);
    const layer layers[] = {{16, 24, 64, 64, 1}, {16, 24, 32, 32, 1}, {16, 12, 64, 64, 1}, {16, 12, 96, 96, 2},
                            {16, 12, 96, 64, 6}, {4, 81, 64, 64, 1},  {4, 21, 256, 256, 1}};
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        layer l = layers[i];
        size_t pixels = l.batch * l.side * l.side;
        float *x = numbers(pixels * l.inputs), *y = numbers(pixels * l.outputs), *w = numbers(9 * l.inputs * l.outputs);
        double operations = 2e-9 * pixels * 9 * l.inputs * l.outputs;
        printf("3x3 %td>%td @%td b%td dilation %td\n", l.inputs, l.outputs, l.side, l.batch, l.dilation);
        time_direct(l, x, w, y, operations);
        time_winograd(l, 2, x, w, y, operations);
        time_winograd(l, 4, x, w, y, operations);
        printf("\n");
        free(x), free(y), free(w);
    }
    time_feed_forward(16 * 24 * 24, 64, 256);
}
