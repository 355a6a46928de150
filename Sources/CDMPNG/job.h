#ifndef CDM_PNG_JOB_H
#define CDM_PNG_JOB_H

#include "CDMPNG.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What reading and writing share: libpng's errors as codes.

static inline dm_png_status status_of(dm_png_code code, const char *message) {
    dm_png_status status = {.code = code};
    snprintf(status.message, sizeof status.message, "%s", message);
    return status;
}

// What libpng's errors are noted in.
typedef struct {
    dm_png_status status;
    int is_whole;  // all pixels have been read: no later error counts
} png_outcome;

// A code set before the jump says more than libpng's general message.
static inline void on_error(png_structp png, png_const_charp message) {
    png_outcome *outcome = png_get_error_ptr(png);
    if (!outcome->is_whole && outcome->status.code == DM_PNG_OK) outcome->status = status_of(DM_PNG_BROKEN, message);
    longjmp(png_jmpbuf(png), 1);
}

static inline void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

#endif
