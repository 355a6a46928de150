#include "job.h"

// libpng is shown what makes the pixels and nothing else: the header, the palette, and the chunks of pixel data as they lie
// in the file. What other chunks announce, such as texts of gigabytes, never reaches it. All checksums have been compared.

typedef enum { WANT_RGB, WANT_INDICES, WANT_LARGEST } wanted_form;

typedef struct {
    const uint8_t *bytes;
    size_t count;
} byte_span;

// Everything that has to be released whichever way a call ends.
typedef struct {
    png_structp png;
    png_infop info;
    uint8_t front[8 + 25 + 12 + 768];  // signature, header, palette
    byte_span parts[3];                // front, data, end
    int part;                          // the one that is being read
    uint64_t rows_left;                // of data: an interlaced file has more of them than the image
    size_t bytes_left;                 // to be handed out behind the last row
    uint8_t *pairs;                    // numbers of 16 bits of all pixels
    uint16_t *largest;                 // where the largest of them is wanted
    const dm_png_header *header;
    png_outcome outcome;
} png_job;

// After the last row libpng opens all compressed data that are left, which may be gigabytes. It is handed no more than a
// stream needs to end.
enum { BYTES_BEHIND = 1 << 16 };

// What is to happen with a row happens here, since the last one may end in a long jump.
static void on_row(png_structp png, png_row_infop info, png_bytep row) {
    png_job *job = png_get_user_transform_ptr(png);
    if (job->largest) {
        for (size_t i = 0; i < (size_t)info->width * info->channels; i++) {
            uint16_t number = (uint16_t)(row[2 * i] << 8 | row[2 * i + 1]);
            if (number > *job->largest) *job->largest = number;
        }
    }
    if (job->rows_left > 0 && --job->rows_left == 0) job->outcome.is_whole = 1;
}

static void on_read(png_structp png, png_bytep target, size_t count) {
    png_job *job = png_get_io_ptr(png);
    if (job->outcome.is_whole) {
        if (count > job->bytes_left) longjmp(png_jmpbuf(png), 1);
        job->bytes_left -= count;
    }
    while (count > 0) {
        while (job->part < 3 && job->parts[job->part].count == 0) job->part++;
        if (job->part == 3) png_error(png, "the pixel data end too early");
        byte_span *span = &job->parts[job->part];
        size_t step = count < span->count ? count : span->count;
        memcpy(target, span->bytes, step);
        *span = (byte_span){span->bytes + step, span->count - step};
        target += step;
        count -= step;
    }
}

static void refuse(png_job *job, dm_png_code code, const char *message) {
    job->outcome.status = status_of(code, message);
    png_error(job->png, message);
}

static uint8_t *put_number(uint8_t *target, uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) *target++ = (uint8_t)(number >> shift);
    return target;
}

// The checksum is left 0: libpng is told not to look at it.
static uint8_t *put_chunk(uint8_t *target, const char *type, const uint8_t *content, uint32_t count) {
    target = put_number(target, count);
    memcpy(target, type, 4);
    if (count > 0) memcpy(target + 4, content, count);
    memset(target + 4 + count, 0, 4);
    return target + 8 + count;
}

static void show_parts(png_job *job, const uint8_t *bytes) {
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}, end[12] = {0, 0, 0, 0, 'I', 'E', 'N', 'D'};
    const dm_png_header *header = job->header;
    memcpy(job->front, signature, 8);
    uint8_t size[13] = {0};
    put_number(put_number(size, header->width), header->height);
    size[8] = header->depth;
    size[9] = header->kind;
    size[12] = header->is_interlaced;
    uint8_t *next = put_chunk(job->front + 8, "IHDR", size, sizeof size);
    if (header->palette_count > 0) next = put_chunk(next, "PLTE", header->palette, 3 * (uint32_t)header->palette_count);
    job->parts[0] = (byte_span){job->front, (size_t)(next - job->front)};
    job->parts[1] = (byte_span){bytes + header->data_offset, header->data_length};
    job->parts[2] = (byte_span){end, sizeof end};
}

static void expand_to_rgb(png_job *job) {
    png_structp png = job->png;
    int kind = job->header->kind, depth = job->header->depth;
    if (depth == 16) png_set_strip_16(png);
    if (kind == DM_PNG_PALETTE) png_set_palette_to_rgb(png);
    if (kind == DM_PNG_GRAY || kind == DM_PNG_GRAY_ALPHA) {
        if (depth < 8) png_set_expand_gray_1_2_4_to_8(png);
        png_set_gray_to_rgb(png);
    }
    png_set_strip_alpha(png);
}

// May leave by a long jump: whatever it allocates belongs to `job` before the next call.
static void read_rows(png_job *job, uint8_t *pixels, size_t stride) {
    png_uint_32 height = job->header->height;
    int passes = png_set_interlace_handling(job->png);
    png_read_update_info(job->png, job->info);
    if (png_get_rowbytes(job->png, job->info) != stride) refuse(job, DM_PNG_BROKEN, "an unexpected pixel layout");
    for (int pass = 0; pass < passes; pass++) {
        for (png_uint_32 row = 0; row < height; row++) png_read_row(job->png, pixels + row * stride, NULL);
    }
}

static void read_indices(png_job *job, uint8_t *pixels) {
    if (job->header->kind == DM_PNG_GRAY_ALPHA) refuse(job, DM_PNG_NOT_INDEXED, "gray with transparency");
    if (job->header->kind == DM_PNG_RGB || job->header->kind == DM_PNG_RGB_ALPHA) {
        refuse(job, DM_PNG_NOT_INDEXED, "colors instead of class indices");
    }
    size_t width = job->header->width;
    if (job->header->depth == 16) {
        job->pairs = malloc(2 * width * job->header->height);
        if (!job->pairs) refuse(job, DM_PNG_NO_MEMORY, "not enough memory");
        read_rows(job, job->pairs, 2 * width);
    } else {
        png_set_packing(job->png);
        read_rows(job, pixels, width);
    }
}

// Numbers of 16 bits, which are stored as big-endian pairs, become one byte each.
static dm_png_status narrow(const png_job *job, uint8_t *pixels) {
    for (size_t i = 0; i < (size_t)job->header->width * job->header->height; i++) {
        const uint8_t *pair = job->pairs + 2 * i;
        if (pair[0]) {
            char text[80];
            snprintf(text, sizeof text, "16 bits per channel and the number %d", pair[0] << 8 | pair[1]);
            return status_of(DM_PNG_NOT_INDEXED, text);
        }
        pixels[i] = pair[1];
    }
    return status_of(DM_PNG_OK, "");
}

static png_uint_32 pass_rows(const dm_png_header *header, int pass) {
    if (!header->is_interlaced) return header->height;
    return PNG_PASS_COLS(header->width, pass) > 0 ? PNG_PASS_ROWS(header->height, pass) : 0;
}

// The rows of an interlaced file come as they are stored: their order makes no difference.
static void read_largest(png_job *job, uint16_t *largest) {
    *largest = 0;
    job->largest = largest;
    png_set_strip_alpha(job->png);
    png_read_update_info(job->png, job->info);
    for (int pass = 0; pass < (job->header->is_interlaced ? 7 : 1); pass++) {
        for (png_uint_32 row = 0; row < pass_rows(job->header, pass); row++) png_read_row(job->png, NULL, NULL);
    }
}

static void read_pixels(png_job *job, wanted_form form, void *result) {
    png_structp png = job->png;
    png_set_read_fn(png, job, on_read);
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    // Limits are the caller's.
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_read_info(png, job->info);
    for (int pass = 0; pass < (job->header->is_interlaced ? 7 : 1); pass++) job->rows_left += pass_rows(job->header, pass);
    job->bytes_left = BYTES_BEHIND;
    png_set_read_user_transform_fn(png, on_row);
    png_set_user_transform_info(png, job, 0, 0);
    switch (form) {
    case WANT_RGB:
        expand_to_rgb(job);
        read_rows(job, result, (size_t)job->header->width * 3);
        return;
    case WANT_INDICES: read_indices(job, result); return;
    case WANT_LARGEST: read_largest(job, result); return;
    }
}

// The frame that long jumps come back to. It has no variables of its own that a jump could leave undefined.
static void try_reading(png_job *job, wanted_form form, void *result) {
    if (setjmp(png_jmpbuf(job->png)) == 0) read_pixels(job, form, result);
}

static dm_png_status read_file(const uint8_t *bytes, const dm_png_header *header, wanted_form form, void *result) {
    png_job job = {.header = header, .outcome = {status_of(DM_PNG_OK, ""), 0}};
    show_parts(&job, bytes);
    job.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job.outcome, on_error, on_warning);
    job.info = job.png ? png_create_info_struct(job.png) : NULL;
    if (!job.info) {
        job.outcome.status = status_of(DM_PNG_NO_MEMORY, "not enough memory");
    } else {
        try_reading(&job, form, result);
    }
    if (form == WANT_INDICES && header->depth == 16 && job.outcome.status.code == DM_PNG_OK) job.outcome.status = narrow(&job, result);
    free(job.pairs);
    if (job.png) png_destroy_read_struct(&job.png, &job.info, NULL);
    return job.outcome.status;
}

dm_png_status dm_png_read_rgb(const uint8_t *bytes, const dm_png_header *header, uint8_t *pixels) {
    return read_file(bytes, header, WANT_RGB, pixels);
}

dm_png_status dm_png_read_indices(const uint8_t *bytes, const dm_png_header *header, uint8_t *pixels) {
    return read_file(bytes, header, WANT_INDICES, pixels);
}

dm_png_status dm_png_read_largest(const uint8_t *bytes, const dm_png_header *header, uint16_t *largest) {
    return read_file(bytes, header, WANT_LARGEST, largest);
}
