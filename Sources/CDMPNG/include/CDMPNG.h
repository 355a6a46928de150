#ifndef CDM_PNG_H
#define CDM_PNG_H

#include <stddef.h>
#include <stdint.h>

// A small face of libpng. Its errors are long jumps, which Swift must not be crossed by: every one of them
// ends here and comes back as a code and a message.

// What became of a call.
typedef enum {
    DM_PNG_OK = 0,
    DM_PNG_BROKEN,         // the data are damaged or cut short
    DM_PNG_NOT_SUPPORTED,  // not a PNG file by the standard
    DM_PNG_NOT_INDEXED,    // class indices were asked for, the file holds something else
    DM_PNG_NO_MEMORY,
} dm_png_code;

typedef struct {
    dm_png_code code;
    char message[200];
} dm_png_status;

// The kinds of pixels, as the file's header numbers them.
typedef enum {
    DM_PNG_GRAY = 0,
    DM_PNG_RGB = 2,
    DM_PNG_PALETTE = 3,
    DM_PNG_GRAY_ALPHA = 4,
    DM_PNG_RGB_ALPHA = 6,
} dm_png_kind;

// What a file says besides its pixels.
typedef struct {
    uint32_t width;
    uint32_t height;
    uint8_t depth;  // bits per channel: 1, 2, 4, 8, 16
    uint8_t kind;   // dm_png_kind
    uint8_t is_interlaced;
    int32_t palette_count;     // 0 for files without a palette
    uint8_t palette[256 * 3];  // red, green, blue
    // Where the camera's notes (EXIF) lie in the file; a length of 0 where there are none.
    size_t exif_offset;
    size_t exif_length;
    // Where the chunks of pixel data lie.
    size_t data_offset;
    size_t data_length;
} dm_png_header;

// Finds the parts of a PNG file in memory and checks those that make its pixels.
//
// All other parts (texts, profiles, times) are passed over, whatever they announce. So is what follows the pixels.
dm_png_status dm_png_read_header(const uint8_t *bytes, size_t count, dm_png_header *header);

// Reads the pixels as red, green, blue, height * width * 3: palettes are looked up, gray is repeated, of 16 bits the
// upper eight are kept, transparency is dropped.
dm_png_status dm_png_read_rgb(const uint8_t *bytes, const dm_png_header *header, uint8_t *pixels);

// Reads the stored numbers of a palette or gray file, height * width: neither colors nor gamma apply. Of 16 bits all
// numbers have to be below 256.
dm_png_status dm_png_read_indices(const uint8_t *bytes, const dm_png_header *header, uint8_t *pixels);

// The largest number that a file of 16 bits holds in a channel of gray or color.
dm_png_status dm_png_read_largest(const uint8_t *bytes, const dm_png_header *header, uint16_t *largest);

// A PNG file in memory, to be freed by dm_png_free.
typedef struct {
    uint8_t *bytes;
    size_t count;
} dm_png_file;

// Encodes red, green, blue bytes, height * width * 3.
dm_png_status dm_png_encode_rgb(const uint8_t *pixels, uint32_t width, uint32_t height, dm_png_file *file);

// Encodes class indices, height * width, with a palette of `palette_count` (1 to 256) colors.
dm_png_status dm_png_encode_indices(const uint8_t *pixels, uint32_t width, uint32_t height, const uint8_t *palette,
                                    int32_t palette_count, dm_png_file *file);

void dm_png_free(dm_png_file *file);

#endif
