// Coverage-guided fuzzing of the faces of libpng and libjpeg; scripts/fuzz builds and runs it.
//
// Pixels are read into memory of exactly their size, so that a byte too many is seen, and what was read as a PNG image is
// written and read back the same.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "CDMJPEG.h"
#include "CDMPNG.h"

enum { PIXEL_LIMIT = 1 << 14 };

static void require(int condition) {
    if (!condition) abort();
}

static void read_jpeg(const uint8_t *bytes, size_t count) {
    dm_jpeg_header header;
    if (dm_jpeg_read_header(bytes, count, &header).code != DM_JPEG_OK) return;
    require(header.width > 0 && header.height > 0);
    size_t pixels = (size_t)header.width * header.height;
    if (pixels > PIXEL_LIMIT) return;
    uint8_t *colors = malloc(3 * pixels);
    dm_jpeg_status status = dm_jpeg_read_rgb(bytes, count, 40 * PIXEL_LIMIT, colors);
    require(memchr(status.message, 0, sizeof status.message) != NULL);
    free(colors);
}

// A file that was written holds what was read.
static void compare_written(const uint8_t *pixels, const dm_png_header *header, int has_colors) {
    dm_png_file file;
    uint8_t palette[768] = {0};
    dm_png_status status = has_colors ? dm_png_encode_rgb(pixels, header->width, header->height, &file)
                                      : dm_png_encode_indices(pixels, header->width, header->height, palette, 256, &file);
    require(status.code == DM_PNG_OK);
    dm_png_header again;
    require(dm_png_read_header(file.bytes, file.count, &again).code == DM_PNG_OK);
    require(again.width == header->width && again.height == header->height);
    size_t count = (size_t)header->width * header->height * (has_colors ? 3 : 1);
    uint8_t *copy = malloc(count);
    status = has_colors ? dm_png_read_rgb(file.bytes, &again, copy) : dm_png_read_indices(file.bytes, &again, copy);
    require(status.code == DM_PNG_OK && memcmp(pixels, copy, count) == 0);
    free(copy);
    dm_png_free(&file);
}

static void read_png(const uint8_t *bytes, size_t count) {
    dm_png_header header;
    if (dm_png_read_header(bytes, count, &header).code != DM_PNG_OK) return;
    require(header.exif_length <= count && header.exif_offset <= count - header.exif_length);
    require(header.data_length <= count && header.data_offset <= count - header.data_length);
    require(header.palette_count >= 0 && header.palette_count <= 256);
    size_t pixels = (size_t)header.width * header.height;
    if (pixels > PIXEL_LIMIT) return;
    for (int has_colors = 0; has_colors < 2; has_colors++) {
        size_t size = pixels * (has_colors ? 3 : 1);
        uint8_t *target = malloc(size);
        // A byte that nobody writes differs between the two.
        uint8_t *second = malloc(size);
        memset(target, 0x55, size);
        memset(second, 0xAA, size);
        dm_png_status status = has_colors ? dm_png_read_rgb(bytes, &header, target) : dm_png_read_indices(bytes, &header, target);
        if (status.code == DM_PNG_OK) {
            if (has_colors) dm_png_read_rgb(bytes, &header, second);
            else dm_png_read_indices(bytes, &header, second);
            require(memcmp(target, second, size) == 0);
            if (size < 1 << 12) compare_written(target, &header, has_colors);
        }
        free(target);
        free(second);
    }
    uint16_t largest;
    if (header.depth == 16) dm_png_read_largest(bytes, &header, &largest);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    if (count > 1 && bytes[0] == 0xFF && bytes[1] == 0xD8) {
        read_jpeg(bytes, count);
    } else {
        read_png(bytes, count);
    }
    return 0;
}

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t limit);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t limit, unsigned seed);

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Changes a file, and mends the checksums of a PNG file's parts most of the time: damage is to get behind them.
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t limit, unsigned seed) {
    count = LLVMFuzzerMutate(bytes, count, limit);
    if (count < 8 || bytes[0] != 0x89 || seed % 8 == 0) return count;
    for (size_t place = 8; place + 12 <= count;) {
        uint32_t length = big_endian(bytes + place);
        if (length > count - place - 12) break;
        uint32_t sum = (uint32_t)crc32(0, bytes + place + 4, length + 4);
        for (int i = 0; i < 4; i++) bytes[place + 8 + length + i] = (uint8_t)(sum >> (24 - 8 * i));
        place += 12 + (size_t)length;
    }
    return count;
}
