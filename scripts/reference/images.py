"""Writes small images of every kind and what Pillow reads in them; with a folder, what Pillow reads in PngSuite.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install pillow numpy
    /tmp/reference/bin/python scripts/reference/images.py Tests/DMDatasetsTests/Reference/images [PNGSUITE]

PngSuite lies in the source package of libspng, in tests/images: `apt-get source libspng`.
"""

import json
import pathlib
import struct
import sys
import zlib

import numpy
from PIL import Image

ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(values, depth):
    """The rows of an array [height, width, channels], packed, each behind the filter 0."""
    packed = b""
    for row in values.reshape(values.shape[0], -1):
        if depth == 16:
            packed += b"\0" + row.astype(">u2").tobytes()
        else:
            bits = "".join(format(int(v), f"0{depth}b") for v in row)
            bits += "0" * (-len(bits) % 8)
            packed += b"\0" + bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    return packed


def png(values, color_type, depth, interlaced, palette=None):
    height, width = values.shape[:2]
    data = b"\x89PNG\r\n\x1a\n"
    data += chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced)))
    # A gamma that must not be applied.
    data += chunk(b"gAMA", struct.pack(">I", 100000))
    if palette is not None:
        data += chunk(b"PLTE", palette.astype(numpy.uint8).tobytes())
    passes = [values[y::dy, x::dx] for y, x, dy, dx in ADAM7] if interlaced else [values]
    data += chunk(b"IDAT", zlib.compress(b"".join(rows(p, depth) for p in passes if p.size)))
    return data + chunk(b"IEND", b"")


def checksum(array):
    """FNV-1a of 64 bits."""
    value = 0xCBF29CE484222325
    for byte in numpy.ascontiguousarray(array, dtype=numpy.uint8).tobytes():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return format(value, "016x")


def reading(path):
    """What Pillow reads: red, green and blue, and the stored numbers where they can be class indices."""
    image = Image.open(path)
    image.load()
    if image.mode.startswith("I"):
        # Pillow cuts off at 255 where it converts 16 bits of gray; of 16 bits of color it keeps the upper eight.
        gray = (numpy.asarray(image).astype(numpy.uint32) >> 8).astype(numpy.uint8)
        colors = numpy.stack([gray] * 3, axis=-1)
    else:
        colors = numpy.asarray(image.convert("RGB"))
    header = path.read_bytes()[24:26]
    indices = None
    if image.format == "PNG" and header[1] in (0, 3) and header[0] <= 8:
        indices = numpy.asarray(image).astype(numpy.uint8)
        if image.mode == "1":
            indices = numpy.asarray(image.convert("L")) // 255
        elif image.mode == "L":
            indices = indices // (255 // (2 ** header[0] - 1))
    return {
        "width": image.width,
        "height": image.height,
        "colors": checksum(colors),
        "indices": None if indices is None else checksum(indices),
    }


def write_images(folder):
    random = numpy.random.default_rng(3)
    height, width = 7, 9
    kinds = [("gray", 0, 1, [1, 2, 4, 8, 16]), ("rgb", 2, 3, [8, 16]), ("palette", 3, 1, [1, 2, 4, 8]), ("gray-alpha", 4, 2, [8, 16]),
             ("rgba", 6, 4, [8, 16])]
    for name, color_type, channels, depths in kinds:
        for depth in depths:
            count = 2**depth
            palette = random.integers(0, 256, (min(count, 200), 3)) if color_type == 3 else None
            values = random.integers(0, len(palette) if palette is not None else count, (height, width, channels))
            for interlaced in [False, True]:
                file = folder / f"{name}-{depth}{'-interlaced' if interlaced else ''}.png"
                file.write_bytes(png(values, color_type, depth, interlaced, palette))
    ramp = numpy.stack([*numpy.meshgrid(numpy.linspace(0, 255, 21), numpy.linspace(255, 0, 13)), numpy.full((13, 21), 90.0)], -1)
    picture = Image.fromarray(ramp.astype(numpy.uint8))
    picture.convert("L").save(folder / "gray.jpg", quality=85)
    picture.save(folder / "444.jpg", quality=85, subsampling=0)
    picture.save(folder / "420.jpg", quality=85, subsampling=2)
    picture.save(folder / "progressive.jpg", quality=85, progressive=True)
    picture.convert("CMYK").save(folder / "cmyk.jpg", quality=85)


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
write_images(folder)
written = {p.name: reading(p) for p in sorted(folder.iterdir()) if p.suffix in (".png", ".jpg")}
(folder / "images.json").write_text(json.dumps(written, indent=1) + "\n")
if len(sys.argv) > 2:
    suite = {}
    for path in sorted(pathlib.Path(sys.argv[2]).glob("*.png")):
        # The names of the damaged files begin with x.
        suite[path.name] = None if path.name.startswith("x") else reading(path)
    (folder / "pngsuite.json").write_text(json.dumps(suite, indent=1) + "\n")
