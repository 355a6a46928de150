#include "job.h"

#include <zlib.h>

// The parts of a PNG file: a signature, then chunks of length, type, content and checksum.

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

typedef struct {
    size_t offset;  // of the chunk in the file
    uint32_t length;
    const uint8_t *type;
    const uint8_t *content;
} png_chunk;

enum { CHUNK_FRAME = 12 };

// The chunk at an offset; 0 where the file ends before its end, or where no chunk begins.
static int find_chunk(const uint8_t *bytes, size_t count, size_t offset, png_chunk *chunk) {
    if (offset > count || count - offset < CHUNK_FRAME) return 0;
    chunk->offset = offset;
    chunk->length = big_endian(bytes + offset);
    chunk->type = bytes + offset + 4;
    chunk->content = bytes + offset + 8;
    for (int i = 0; i < 4; i++) {
        uint8_t letter = chunk->type[i] | 0x20;
        if (letter < 'a' || letter > 'z') return 0;
    }
    return chunk->length <= count - offset - CHUNK_FRAME;
}

static int is(const png_chunk *chunk, const char *type) { return memcmp(chunk->type, type, 4) == 0; }

static int has_right_sum(const png_chunk *chunk) {
    uLong sum = crc32(0, chunk->type, 4);
    if (chunk->length > 0) sum = crc32(sum, chunk->content, chunk->length);
    return sum == big_endian(chunk->content + chunk->length);
}

static dm_png_status broken(const char *message) { return status_of(DM_PNG_BROKEN, message); }

static dm_png_status read_size(const png_chunk *chunk, dm_png_header *header) {
    if (chunk->length < 13 || !has_right_sum(chunk)) return broken("its header is damaged");
    const uint8_t *content = chunk->content;
    header->width = big_endian(content);
    header->height = big_endian(content + 4);
    header->depth = content[8];
    header->kind = content[9];
    header->is_interlaced = content[12];
    if (!header->width || !header->height || header->width > 0x7fffffff || header->height > 0x7fffffff) {
        return broken("its header announces a size of 0 or more than 2^31 - 1");
    }
    int depth = header->depth, kind = header->kind;
    int is_known = kind == DM_PNG_GRAY      ? depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16
                   : kind == DM_PNG_PALETTE ? depth == 1 || depth == 2 || depth == 4 || depth == 8
                                            : (kind == DM_PNG_RGB || kind == DM_PNG_GRAY_ALPHA || kind == DM_PNG_RGB_ALPHA) &&
                                                  (depth == 8 || depth == 16);
    if (!is_known || content[10] || content[11] || content[12] > 1) return broken("its header announces pixels of an unknown kind");
    return status_of(DM_PNG_OK, "");
}

static dm_png_status read_palette(const png_chunk *chunk, dm_png_header *header) {
    if (!has_right_sum(chunk)) return broken("its palette is damaged");
    // Some programs write more colors than there are numbers, or a rest of a color.
    uint32_t limit = 1u << header->depth, count = chunk->length / 3;
    header->palette_count = (int32_t)(count < limit ? count : limit);
    memcpy(header->palette, chunk->content, 3 * (size_t)header->palette_count);
    return status_of(DM_PNG_OK, "");
}

// Notes the chunks of pixel data, which follow one another.
static dm_png_status read_data(const uint8_t *bytes, size_t count, png_chunk chunk, dm_png_header *header) {
    header->data_offset = chunk.offset;
    size_t end = chunk.offset;
    do {
        if (!has_right_sum(&chunk)) return broken("a part of its pixel data has a wrong checksum");
        end = chunk.offset + CHUNK_FRAME + chunk.length;
    } while (find_chunk(bytes, count, end, &chunk) && is(&chunk, "IDAT"));
    header->data_length = end - header->data_offset;
    return status_of(DM_PNG_OK, "");
}

// A file that cannot hold its pixels: deflate shortens to no less than 1/1032.
static int is_too_short(const dm_png_header *header, size_t count) {
    static const int channels[] = {1, 0, 3, 1, 2, 0, 4};
    uint64_t row = ((uint64_t)header->width * channels[header->kind] * header->depth + 7) / 8 + 1;
    return row * header->height / 1032 > count;
}

dm_png_status dm_png_read_header(const uint8_t *bytes, size_t count, dm_png_header *header) {
    memset(header, 0, sizeof *header);
    dm_png_status status = status_of(DM_PNG_OK, "");
    if (count < 8 || png_sig_cmp(bytes, 0, 8)) return broken("the signature of PNG files is missing");
    png_chunk chunk;
    int in_front = 1;
    for (size_t offset = 8; find_chunk(bytes, count, offset, &chunk); offset += CHUNK_FRAME + (size_t)chunk.length) {
        if (is(&chunk, "CgBI")) return status_of(DM_PNG_NOT_SUPPORTED, "Apple's own form of PNG (CgBI), made for iPhones");
        if (is(&chunk, "eXIf") && !header->exif_length) {
            header->exif_offset = (size_t)(chunk.content - bytes);
            header->exif_length = chunk.length;
        } else if (is(&chunk, "IEND")) {
            break;
        } else if (is(&chunk, "IHDR") && !header->width) {
            status = read_size(&chunk, header);
        } else if (is(&chunk, "PLTE") && header->kind == DM_PNG_PALETTE && header->width && in_front && !header->palette_count) {
            status = read_palette(&chunk, header);
        } else if (is(&chunk, "IDAT") && in_front && header->width) {
            status = read_data(bytes, count, chunk, header);
            in_front = 0;
        }
        if (status.code != DM_PNG_OK) return status;
    }
    if (!header->width) return broken("its header is missing");
    if (is_too_short(header, count)) return broken("a file too short for its size in pixels");
    if (!header->data_length) return broken("its pixel data are missing or cut short");
    return status;
}
