#ifndef CDM_PNG_H
#define CDM_PNG_H

#include <stddef.h>
#include <stdint.h>

// A small face of libpng. Its errors are long jumps, which Swift must not be crossed by: every one of them
// ends here and comes back as a code and a message.

// What became of a call.
typedef enum {
    DM_PNG_OK = 0,
    DM_PNG_CANNOT_OPEN,  // the file could not be opened; the message is the system's
    DM_PNG_NOT_PNG,      // the file does not begin as a PNG file does
    DM_PNG_TOO_LARGE,    // beyond the limits below
    DM_PNG_COLOURED,     // class indices were asked for, the file holds colors of 8 bits a channel
    DM_PNG_NOT_INDEXED,  // class indices were asked for, the file holds more than 8 bits a channel, or gray with alpha
    DM_PNG_BROKEN,       // libpng found the data damaged or cut short
    DM_PNG_NO_MEMORY,
} dm_png_code;

// The largest image that is read: 2^28 pixels, a side of 2^16. Looked at in the header, before memory is taken.
#define DM_PNG_PIXEL_LIMIT 268435456u
#define DM_PNG_SIDE_LIMIT 65536u

typedef struct {
    dm_png_code code;
    char message[200];
} dm_png_status;

// An image in memory. `pixels` is the caller's, to be freed by dm_png_free.
typedef struct {
    uint32_t width;
    uint32_t height;
    uint8_t *pixels;          // height * width * 3 (colors) or height * width (indices)
    int32_t palette_count;    // 0 for grayscale files and for colors
    uint8_t palette[256 * 3]; // red, green, blue
} dm_png_image;

// Reads any PNG file as 8-bit red, green, blue: palettes are looked up, gray is repeated, of 16 bits the upper
// eight are kept, transparency is dropped.
dm_png_status dm_png_read_rgb(const char *path, dm_png_image *image);

// Reads a palette or grayscale PNG file of 1 to 8 bits as stored numbers: neither colors nor gamma apply.
dm_png_status dm_png_read_indices(const char *path, dm_png_image *image);

// Writes red, green, blue bytes, height * width * 3.
dm_png_status dm_png_write_rgb(const char *path, const uint8_t *pixels, uint32_t width, uint32_t height);

// Writes class indices, height * width, with a palette of `palette_count` (1 to 256) colors.
dm_png_status dm_png_write_indices(const char *path, const uint8_t *pixels, uint32_t width, uint32_t height,
                                   const uint8_t *palette, int32_t palette_count);

void dm_png_free(dm_png_image *image);

#endif
