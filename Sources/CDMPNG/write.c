#include "job.h"

typedef struct {
    const uint8_t *pixels;
    uint32_t width;
    uint32_t height;
    const uint8_t *palette;  // NULL for colors
    int32_t palette_count;
} png_picture;

// Everything that has to be released whichever way a call ends.
typedef struct {
    png_structp png;
    png_infop info;
    dm_png_file *file;
    size_t capacity;
    png_outcome outcome;
} png_job;

static void on_write(png_structp png, png_bytep bytes, size_t count) {
    png_job *job = png_get_io_ptr(png);
    dm_png_file *file = job->file;
    if (count > job->capacity - file->count) {
        size_t capacity = 2 * (file->count + count) + 4096;
        uint8_t *larger = realloc(file->bytes, capacity);
        if (!larger) {
            job->outcome.status = status_of(DM_PNG_NO_MEMORY, "not enough memory");
            png_error(png, "not enough memory");
        }
        file->bytes = larger;
        job->capacity = capacity;
    }
    memcpy(file->bytes + file->count, bytes, count);
    file->count += count;
}

static void on_flush(png_structp png) { (void)png; }

// May leave by a long jump.
static void write_pixels(png_job *job, const png_picture *picture) {
    png_structp png = job->png;
    png_set_write_fn(png, job, on_write, on_flush);
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

// The frame that long jumps come back to. It has no variables of its own that a jump could leave undefined.
static void try_writing(png_job *job, const png_picture *picture) {
    if (setjmp(png_jmpbuf(job->png)) == 0) write_pixels(job, picture);
}

static dm_png_status encode(const png_picture *picture, dm_png_file *file) {
    *file = (dm_png_file){0};
    png_job job = {.file = file, .outcome = {status_of(DM_PNG_OK, ""), 0}};
    job.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &job.outcome, on_error, on_warning);
    job.info = job.png ? png_create_info_struct(job.png) : NULL;
    if (!job.info) {
        job.outcome.status = status_of(DM_PNG_NO_MEMORY, "not enough memory");
    } else {
        try_writing(&job, picture);
    }
    if (job.png) png_destroy_write_struct(&job.png, &job.info);
    if (job.outcome.status.code != DM_PNG_OK) dm_png_free(file);
    return job.outcome.status;
}

dm_png_status dm_png_encode_rgb(const uint8_t *pixels, uint32_t width, uint32_t height, dm_png_file *file) {
    return encode(&(png_picture){pixels, width, height, NULL, 0}, file);
}

dm_png_status dm_png_encode_indices(const uint8_t *pixels, uint32_t width, uint32_t height, const uint8_t *palette,
                                    int32_t palette_count, dm_png_file *file) {
    return encode(&(png_picture){pixels, width, height, palette, palette_count}, file);
}

void dm_png_free(dm_png_file *file) {
    free(file->bytes);
    *file = (dm_png_file){0};
}
