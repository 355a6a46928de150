#include "CDMPNG.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef enum { WANT_RGB, WANT_INDICES } wanted_form;

// Everything that has to be released whichever way a call ends.
typedef struct {
    FILE *file;
    png_structp png;
    png_infop info;
    png_bytepp rows;
    dm_png_status *status;
} png_job;

static dm_png_status status_of(dm_png_code code, const char *message) {
    dm_png_status status = {.code = code};
    snprintf(status.message, sizeof status.message, "%s", message);
    return status;
}

static void on_error(png_structp png, png_const_charp message) {
    png_job *job = png_get_error_ptr(png);
    // A code set before the jump says more than libpng's general message.
    if (job->status->code == DM_PNG_OK) *job->status = status_of(DM_PNG_BROKEN, message);
    longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void refuse(png_job *job, dm_png_code code, const char *message) {
    *job->status = status_of(code, message);
    png_error(job->png, message);
}

static void expand_to_rgb(png_job *job, int color_type, int depth) {
    png_structp png = job->png;
    if (depth == 16) png_set_strip_16(png);
    if (color_type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (!(color_type & PNG_COLOR_MASK_COLOR)) {
        if (depth < 8) png_set_expand_gray_1_2_4_to_8(png);
        png_set_gray_to_rgb(png);
    }
    png_set_strip_alpha(png);
}

static void keep_indices(png_job *job, int color_type, int depth, dm_png_image *image) {
    if (depth > 8) refuse(job, DM_PNG_NOT_INDEXED, "16 bits per channel");
    if (color_type == PNG_COLOR_TYPE_GRAY_ALPHA) refuse(job, DM_PNG_NOT_INDEXED, "gray with transparency");
    if (color_type & PNG_COLOR_MASK_ALPHA || color_type == PNG_COLOR_TYPE_RGB) {
        refuse(job, DM_PNG_COLOURED, "colors instead of class indices");
    }
    png_set_packing(job->png);
    png_colorp palette = NULL;
    int count = 0;
    if (color_type == PNG_COLOR_TYPE_PALETTE && png_get_PLTE(job->png, job->info, &palette, &count)) {
        for (int i = 0; i < count && i < 256; i++) {
            image->palette[3 * i] = palette[i].red;
            image->palette[3 * i + 1] = palette[i].green;
            image->palette[3 * i + 2] = palette[i].blue;
        }
        image->palette_count = count < 256 ? count : 256;
    }
}

// Refuses what is too large, and what cannot be whole: deflate shortens to no less than 1/1032.
static void check_size(png_job *job, png_uint_32 width, png_uint_32 height) {
    if (width > DM_PNG_SIDE_LIMIT || height > DM_PNG_SIDE_LIMIT) refuse(job, DM_PNG_TOO_LARGE, "a side of more than 65536 pixels");
    if ((uint64_t)width * height > DM_PNG_PIXEL_LIMIT) refuse(job, DM_PNG_TOO_LARGE, "more than 2^28 pixels");
    struct stat file;
    if (fstat(fileno(job->file), &file) != 0) refuse(job, DM_PNG_CANNOT_OPEN, strerror(errno));
    uint64_t needed = ((uint64_t)png_get_rowbytes(job->png, job->info) + 1) * height / 1032;
    if (needed > (uint64_t)file.st_size) refuse(job, DM_PNG_BROKEN, "a file too short for its size in pixels");
}

// May leave by a long jump: whatever it allocates belongs to `job` or `image` before the next call.
static void read_pixels(png_job *job, dm_png_image *image, wanted_form form) {
    png_structp png = job->png;
    png_init_io(png, job->file);
    png_set_sig_bytes(png, 8);
    // Larger sides than the limit are libpng's own error otherwise, without this one's words.
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_read_info(png, job->info);
    png_uint_32 width = png_get_image_width(png, job->info), height = png_get_image_height(png, job->info);
    check_size(job, width, height);
    int color_type = png_get_color_type(png, job->info), depth = png_get_bit_depth(png, job->info);
    if (form == WANT_RGB) {
        expand_to_rgb(job, color_type, depth);
    } else {
        keep_indices(job, color_type, depth, image);
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, job->info);
    size_t stride = (size_t)width * (form == WANT_RGB ? 3 : 1);
    if (png_get_rowbytes(png, job->info) != stride) refuse(job, DM_PNG_BROKEN, "an unexpected pixel layout");
    // Zeroed, so that a damaged file never shows what was in memory before.
    image->pixels = calloc(height, stride);
    job->rows = malloc(height * sizeof(png_bytep));
    if (!image->pixels || !job->rows) refuse(job, DM_PNG_NO_MEMORY, "not enough memory");
    for (png_uint_32 row = 0; row < height; row++) job->rows[row] = image->pixels + row * stride;
    png_read_image(png, job->rows);
    png_read_end(png, NULL);
    image->width = width;
    image->height = height;
}

// The frame that long jumps come back to. It has no variables of its own that a jump could leave undefined.
static void try_reading(png_job *job, dm_png_image *image, wanted_form form) {
    if (setjmp(png_jmpbuf(job->png)) == 0) {
        read_pixels(job, image, form);
    } else {
        dm_png_free(image);
    }
}

static dm_png_status read_file(const char *path, dm_png_image *image, wanted_form form) {
    dm_png_status status = status_of(DM_PNG_OK, "");
    memset(image, 0, sizeof *image);
    png_job job = {.file = fopen(path, "rb"), .status = &status};
    if (!job.file) return status_of(DM_PNG_CANNOT_OPEN, strerror(errno));
    png_byte signature[8];
    if (fread(signature, 1, 8, job.file) != 8 || png_sig_cmp(signature, 0, 8)) {
        fclose(job.file);
        return status_of(DM_PNG_NOT_PNG, "the signature of PNG files is missing");
    }
    job.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    job.info = job.png ? png_create_info_struct(job.png) : NULL;
    if (!job.info) {
        status = status_of(DM_PNG_NO_MEMORY, "not enough memory");
    } else {
        try_reading(&job, image, form);
    }
    free(job.rows);
    if (job.png) png_destroy_read_struct(&job.png, &job.info, NULL);
    fclose(job.file);
    return status;
}

dm_png_status dm_png_read_rgb(const char *path, dm_png_image *image) { return read_file(path, image, WANT_RGB); }

dm_png_status dm_png_read_indices(const char *path, dm_png_image *image) { return read_file(path, image, WANT_INDICES); }

typedef struct {
    const uint8_t *pixels;
    uint32_t width;
    uint32_t height;
    const uint8_t *palette;  // NULL for colors
    int32_t palette_count;
} png_picture;

// May leave by a long jump.
static void write_pixels(png_job *job, const png_picture *picture) {
    png_structp png = job->png;
    png_init_io(png, job->file);
    png_set_IHDR(png, job->info, picture->width, picture->height, 8,
                 picture->palette ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (picture->palette) {
        png_color colors[256];
        for (int i = 0; i < picture->palette_count; i++) {
            colors[i] = (png_color){picture->palette[3 * i], picture->palette[3 * i + 1], picture->palette[3 * i + 2]};
        }
        png_set_PLTE(png, job->info, colors, picture->palette_count);
    }
    png_write_info(png, job->info);
    size_t stride = (size_t)picture->width * (picture->palette ? 1 : 3);
    for (uint32_t row = 0; row < picture->height; row++) png_write_row(png, picture->pixels + row * stride);
    png_write_end(png, NULL);
}

static void try_writing(png_job *job, const png_picture *picture) {
    if (setjmp(png_jmpbuf(job->png)) == 0) write_pixels(job, picture);
}

static dm_png_status write_file(const char *path, const png_picture *picture) {
    dm_png_status status = status_of(DM_PNG_OK, "");
    png_job job = {.file = fopen(path, "wb"), .status = &status};
    if (!job.file) return status_of(DM_PNG_CANNOT_OPEN, strerror(errno));
    job.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    job.info = job.png ? png_create_info_struct(job.png) : NULL;
    if (!job.info) {
        status = status_of(DM_PNG_NO_MEMORY, "not enough memory");
    } else {
        try_writing(&job, picture);
    }
    if (job.png) png_destroy_write_struct(&job.png, &job.info);
    // A full disk is often noticed no earlier than here.
    if (fclose(job.file) != 0 && status.code == DM_PNG_OK) status = status_of(DM_PNG_BROKEN, strerror(errno));
    return status;
}

dm_png_status dm_png_write_rgb(const char *path, const uint8_t *pixels, uint32_t width, uint32_t height) {
    return write_file(path, &(png_picture){pixels, width, height, NULL, 0});
}

dm_png_status dm_png_write_indices(const char *path, const uint8_t *pixels, uint32_t width, uint32_t height,
                                   const uint8_t *palette, int32_t palette_count) {
    return write_file(path, &(png_picture){pixels, width, height, palette, palette_count});
}

void dm_png_free(dm_png_image *image) {
    free(image->pixels);
    image->pixels = NULL;
}
