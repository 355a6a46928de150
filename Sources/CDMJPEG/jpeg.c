#include "CDMJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

// Everything that a call needs whichever way it ends. libjpeg hands its parts back, from which the whole is found.
typedef struct {
    struct jpeg_decompress_struct decoder;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    uint64_t scan_pixels;
    int resynchronized;
    uint8_t *row;  // one row of cyan, magenta, yellow and black
    jmp_buf frame;
    dm_jpeg_status *status;
} jpeg_job;

static jpeg_job *job_of(j_common_ptr info) { return info->client_data; }

static void leave(jpeg_job *job, dm_jpeg_code code) {
    job->status->code = code;
    longjmp(job->frame, 1);
}

static dm_jpeg_code code_of(int error) {
    switch (error) {
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_EMPTY_IMAGE:  // the height follows the first scan (DNL)
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_IMAGE_TOO_BIG:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED: return DM_JPEG_NOT_SUPPORTED;
    case JERR_OUT_OF_MEMORY: return DM_JPEG_NO_MEMORY;
    default: return DM_JPEG_BROKEN;
    }
}

static void on_error(j_common_ptr info) {
    char text[JMSG_LENGTH_MAX];
    info->err->format_message(info, text);
    jpeg_job *job = job_of(info);
    snprintf(job->status->message, sizeof job->status->message, "%s", text);
    leave(job, code_of(info->err->msg_code));
}

// Damage is what leaves pixels unknown: data that end before the last pixel, or that are no code.
//
// libjpeg fills such pixels with gray and goes on. All else that it warns of leaves the pixels whole, and other programs
// read it in silence: bytes between the parts of the file, an unknown version, a transform or scan parameters that the
// standard does not know. A restart marker of a wrong number is mended by leaving out one interval, which libjpeg then
// reports as an early end; after any other early end the file is damaged.
static int is_damage(jpeg_job *job, int warning) {
    int marker = job->decoder.unread_marker;
    switch (warning) {
    case JWRN_MUST_RESYNC: job->resynchronized = 1; return 0;
    case JWRN_HIT_MARKER: return !(job->resynchronized && marker >= JPEG_RST0 && marker <= JPEG_RST0 + 7);
    case JWRN_JPEG_EOF:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE: return 1;
    default: return 0;
    }
}

static void on_message(j_common_ptr info, int level) {
    if (level < 0 && is_damage(job_of(info), info->err->msg_code)) on_error(info);
}

static void on_progress(j_common_ptr info) {
    jpeg_job *job = job_of(info);
    uint64_t scans = job->decoder.input_scan_number;
    uint64_t pixels = (uint64_t)job->decoder.image_width * job->decoder.image_height;
    if (scans <= DM_JPEG_SCAN_LIMIT && scans * pixels <= job->scan_pixels) return;
    snprintf(job->status->message, sizeof job->status->message, "%llu or more scans", (unsigned long long)scans);
    leave(job, DM_JPEG_TOO_MANY_SCANS);
}

static void read_header(jpeg_job *job, const uint8_t *bytes, size_t count) {
    jpeg_create_decompress(&job->decoder);
    jpeg_mem_src(&job->decoder, bytes, count);
    jpeg_read_header(&job->decoder, TRUE);
}

// x * y / 255, rounded.
static uint8_t product(unsigned x, unsigned y) {
    unsigned doubled = x * y + 128;
    return (uint8_t)(((doubled >> 8) + doubled) >> 8);
}

// Red, green and blue of cyan, magenta, yellow and black, which JPEG files store inverted (Adobe's custom).
static void convert_inverted(const uint8_t *inks, uint8_t *colors, uint32_t width) {
    for (uint32_t pixel = 0; pixel < width; pixel++) {
        uint8_t light = inks[4 * pixel + 3];
        for (int channel = 0; channel < 3; channel++) {
            colors[3 * pixel + channel] = light - product(255 - inks[4 * pixel + channel], light);
        }
    }
}

// May leave by a long jump: whatever it allocates belongs to `job` before the next call.
static void read_pixels(jpeg_job *job, uint8_t *pixels) {
    struct jpeg_decompress_struct *decoder = &job->decoder;
    int has_inks = decoder->jpeg_color_space == JCS_CMYK || decoder->jpeg_color_space == JCS_YCCK;
    decoder->out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
    decoder->dct_method = JDCT_ISLOW;
    job->progress.progress_monitor = on_progress;
    decoder->progress = &job->progress;
    jpeg_start_decompress(decoder);
    if (has_inks) {
        job->row = malloc((size_t)decoder->output_width * 4);
        if (!job->row) leave(job, DM_JPEG_NO_MEMORY);
    }
    size_t stride = (size_t)decoder->output_width * 3;
    while (decoder->output_scanline < decoder->output_height) {
        uint8_t *target = pixels + decoder->output_scanline * stride;
        JSAMPROW row = has_inks ? job->row : target;
        if (jpeg_read_scanlines(decoder, &row, 1) == 1 && has_inks) convert_inverted(job->row, target, decoder->output_width);
    }
    jpeg_finish_decompress(decoder);
}

// The frame that long jumps come back to. It has no variables of its own that a jump could leave undefined.
static void try_reading(jpeg_job *job, const uint8_t *bytes, size_t count, uint8_t *pixels) {
    if (setjmp(job->frame) != 0) return;
    read_header(job, bytes, count);
    if (pixels) read_pixels(job, pixels);
}

static dm_jpeg_status read_file(const uint8_t *bytes, size_t count, uint64_t scan_pixels, dm_jpeg_header *header, uint8_t *pixels) {
    dm_jpeg_status status = {.code = DM_JPEG_OK};
    jpeg_job job;
    memset(&job, 0, sizeof job);
    job.scan_pixels = scan_pixels;
    job.status = &status;
    job.decoder.err = jpeg_std_error(&job.errors);
    job.decoder.client_data = &job;
    job.errors.error_exit = on_error;
    job.errors.emit_message = on_message;
    try_reading(&job, bytes, count, pixels);
    if (header && status.code == DM_JPEG_OK) *header = (dm_jpeg_header){job.decoder.image_width, job.decoder.image_height};
    jpeg_destroy_decompress(&job.decoder);
    free(job.row);
    return status;
}

dm_jpeg_status dm_jpeg_read_header(const uint8_t *bytes, size_t count, dm_jpeg_header *header) {
    return read_file(bytes, count, 0, header, NULL);
}

dm_jpeg_status dm_jpeg_read_rgb(const uint8_t *bytes, size_t count, uint64_t scan_pixels, uint8_t *pixels) {
    return read_file(bytes, count, scan_pixels, NULL, pixels);
}
