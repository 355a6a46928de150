#ifndef CDM_JPEG_H
#define CDM_JPEG_H

#include <stddef.h>
#include <stdint.h>

// A small face of libjpeg. Its errors are long jumps, which Swift must not be crossed by: every one of them
// ends here and comes back as a code and a message.

// What became of a call.
typedef enum {
    DM_JPEG_OK = 0,
    DM_JPEG_BROKEN,         // pixels are missing or cannot be decoded
    DM_JPEG_NOT_SUPPORTED,  // a whole file of a kind that libjpeg does not decode
    DM_JPEG_TOO_MANY_SCANS, // more work than the limit allows
    DM_JPEG_NO_MEMORY,
} dm_jpeg_code;

typedef struct {
    dm_jpeg_code code;
    char message[200];
} dm_jpeg_status;

// What the header says.
typedef struct {
    uint32_t width;
    uint32_t height;
} dm_jpeg_header;

// Reads the header of a JPEG file in memory.
dm_jpeg_status dm_jpeg_read_header(const uint8_t *bytes, size_t count, dm_jpeg_header *header);

// Reads a JPEG file in memory as red, green, blue, height * width * 3: gray is repeated, CMYK is converted.
//
// Each scan may touch every pixel again, so their number times that of the pixels is at most `scan_pixels`;
// the number itself is at most DM_JPEG_SCAN_LIMIT.
dm_jpeg_status dm_jpeg_read_rgb(const uint8_t *bytes, size_t count, uint64_t scan_pixels, uint8_t *pixels);

// Encoders write some ten scans.
#define DM_JPEG_SCAN_LIMIT 500

#endif
