"""Writes small whole images that are odd in some way, and what Pillow reads in them.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install pillow numpy
    /tmp/reference/bin/python scripts/reference/odd-images.py Tests/DMDatasetsTests/Reference/odd-images

Where Pillow refuses what OpenCV reads (a text with a wrong checksum), the reading is that of the file without the oddity.
"""

import io
import json
import pathlib
import struct
import sys
import zlib

import numpy
from PIL import Image


def checksum(array):
    """FNV-1a of 64 bits."""
    value = 0xCBF29CE484222325
    for byte in numpy.ascontiguousarray(array, dtype=numpy.uint8).tobytes():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return format(value, "016x")


def reading(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    # Of numbers, the file's own are compared.
    indices = numpy.asarray(image) if image.mode == "P" else None
    if image.mode == "RGBA":
        colors = numpy.asarray(image)[..., :3]
    else:
        colors = numpy.asarray(image.convert("RGB"))
    return {"width": image.width, "height": image.height, "colors": checksum(colors),
            "indices": None if indices is None else checksum(indices)}


def saved(image, kind, **options):
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def segment(marker, content):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def jpegs():
    x, y = numpy.meshgrid(numpy.arange(37), numpy.arange(35))
    waves = numpy.stack([128 + 100 * numpy.sin(x / 4), 128 + 100 * numpy.cos(y / 5), 3 * (x + y)], -1)
    picture = Image.fromarray(waves.astype(numpy.uint8))
    plain = saved(picture, "JPEG", quality=80)
    tables, scan = plain.index(b"\xff\xdb"), plain.index(b"\xff\xda")
    version = plain.index(b"JFIF\0") + 5
    yield "version-0.02.jpg", plain[:version] + b"\0\x02" + plain[version + 2:]
    yield "version-2.01.jpg", plain[:version] + b"\x02\x01" + plain[version + 2:]
    yield "stray-header.jpg", plain[:tables] + b"stray bytes in the header" + plain[tables:]
    yield "stray-scan.jpg", plain[:scan] + b"\1\2\3" + plain[scan:]
    yield "stray-end.jpg", plain[:-2] + b"stray" + plain[-2:] + b"and more behind the end"
    # A last coefficient of 0 is what some phones write.
    last = scan + 4 + 1 + 2 * 3 + 1
    assert plain[last] == 63
    yield "scan-parameters.jpg", plain[:last] + b"\0" + plain[last + 1:]
    yield "transform-unknown.jpg", plain[:2] + segment(0xEE, b"Adobe\0\x64\0\0\0\0\7") + plain[tables:]
    inks = saved(picture.convert("CMYK"), "JPEG", quality=80)
    transform = inks.index(b"Adobe\0") + 11
    yield "cmyk-transform-unknown.jpg", inks[:transform] + b"\7" + inks[transform + 1:]
    restarts = saved(picture, "JPEG", quality=80, subsampling=0, restart_marker_blocks=5)
    yield "restarts.jpg", restarts
    for number, wrong in ((1, 2), (2, 6)):
        marker = restarts.index(bytes([0xFF, 0xD0 + number]))
        yield f"restart-{wrong}-for-{number}.jpg", restarts[:marker] + bytes([0xFF, 0xD0 + wrong]) + restarts[marker + 2:]
    yield "sampling-3x1.jpg", saved(picture, "JPEG", quality=80, subsampling="4:1:1")


def chunk(kind, data, sum=None):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) if sum is None else sum)


def pngs():
    values = numpy.random.default_rng(5).integers(0, 4, (6, 5, 1)).astype(numpy.uint8)
    signature, end = b"\x89PNG\r\n\x1a\n", chunk(b"IEND", b"")
    raw = zlib.compress(b"".join(b"\0" + row.tobytes() for row in values))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 6, 8, 3, 0, 0, 0))
    colors = bytes(range(12))
    palette, data = chunk(b"PLTE", colors), chunk(b"IDAT", raw)
    plain = signature + head + palette + data + end
    text = b"key\0value"
    yield "plain.png", plain, plain
    yield "text-sum.png", signature + head + chunk(b"tEXt", text, 1) + palette + data + end, plain
    yield "text-sum-behind.png", signature + head + palette + data + chunk(b"tEXt", text, 1) + end, plain
    yield "profile.png", signature + head + chunk(b"iCCP", b"no profile") + palette + data + end, plain
    yield "transparency.png", signature + head + palette + chunk(b"tRNS", b"\0" * 300) + data + end, plain
    yield "gamma-short.png", signature + head + chunk(b"gAMA", b"x") + palette + data + end, plain
    yield "text-first.png", signature + chunk(b"tEXt", text) + head + palette + data + end, plain
    yield "end-missing.png", signature + head + palette + data, plain
    yield "end-sum.png", signature + head + palette + data + chunk(b"IEND", b"", 1), plain
    yield "stray-behind.png", plain + b"more bytes" * 10, plain
    yield "garbage-behind.png", signature + head + palette + data + b"\0\0\0\7garbage" + end, plain
    yield "private-critical.png", signature + head + chunk(b"ABCD", b"x") + palette + data + end, plain
    yield "palette-rest.png", signature + head + chunk(b"PLTE", colors + b"\1") + data + end, plain
    yield "window.png", signature + head + palette + chunk(b"IDAT", b"\x08\x1d" + raw[2:]) + end, plain
    yield "sum-missing.png", signature + head + palette + chunk(b"IDAT", raw[:-4]) + end, plain
    more = zlib.compress(b"".join(b"\0" + row.tobytes() for row in values) + bytes(1000))
    yield "too-much.png", signature + head + palette + chunk(b"IDAT", more) + end, plain
    parts = b"".join(chunk(b"IDAT", raw[i:i + 1]) + chunk(b"IDAT", b"") for i in range(len(raw)))
    yield "data-in-parts.png", signature + head + palette + parts + end, plain


def bitmap(width, height, bits, body, header=40, compression=0, palette=b"", fields=b""):
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(body), 2835, 2835, 0, 0)
        info += fields + bytes(max(0, header - len(info) - len(fields))) if header > 40 else fields
    offset = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + info + palette + body


def bitmaps():
    random = numpy.random.default_rng(6)
    colors = random.integers(0, 256, (256, 4)).astype(numpy.uint8)
    colors[:, 3] = 0
    width, height = 7, 5
    for bits in (1, 4, 8):
        values = random.integers(0, 2**bits, (height, width))
        rows = b""
        for row in values[::-1]:
            text = "".join(format(int(v), f"0{bits}b") for v in row)
            text += "0" * (-len(text) % 32)
            rows += bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
        yield f"palette-{bits}.bmp", bitmap(width, height, bits, rows, palette=colors[:2**bits].tobytes())
    old = b"".join(bytes(c[:3]) for c in colors[:16])
    yield "old.bmp", bitmap(width, height, 4, random.integers(0, 256, 4 * height).astype(numpy.uint8).tobytes(), header=12, palette=old)
    noise = random.integers(0, 256, (height, 28)).astype(numpy.uint8)
    yield "rgb-24.bmp", bitmap(width, height, 24, numpy.pad(noise[:, :21], ((0, 0), (0, 3))).tobytes())
    yield "top-down.bmp", bitmap(width, -height, 24, numpy.pad(noise[:, :21], ((0, 0), (0, 3))).tobytes())
    yield "rgb-32.bmp", bitmap(width, height, 32, noise.tobytes())
    wide = numpy.pad(noise[:, :14], ((0, 0), (0, 2))).tobytes()
    yield "rgb-555.bmp", bitmap(width, height, 16, wide)
    yield "rgb-565.bmp", bitmap(width, height, 16, wide, compression=3, fields=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    rgba = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    yield "rgba-v4.bmp", bitmap(width, height, 32, noise.tobytes(), header=108, compression=3, fields=rgba)
    runs = b"".join(b"\3" + bytes([i]) + b"\0\4" + bytes([9, 8, 7, i]) + b"\0\0" for i in range(height)) + b"\0\1"
    yield "runs-8.bmp", bitmap(width, height, 8, runs, compression=1, palette=colors.tobytes())
    pairs = b"".join(b"\4" + bytes([16 * i + 1]) + b"\0\3" + bytes([0x98, 0x70]) + b"\0\0" for i in range(height)) + b"\0\1"
    yield "runs-4.bmp", bitmap(width, height, 4, pairs, compression=2, palette=colors[:16].tobytes())


def webps():
    x, y = numpy.meshgrid(numpy.arange(19), numpy.arange(17))
    waves = numpy.stack([128 + 100 * numpy.sin(x / 4), 128 + 100 * numpy.cos(y / 5), 7 * (x + y), 255 - 10 * x], -1).astype(numpy.uint8)
    yield "lossy.webp", saved(Image.fromarray(waves[..., :3]), "WEBP", quality=70)
    yield "lossless.webp", saved(Image.fromarray(waves[..., :3]), "WEBP", lossless=True)
    yield "transparent.webp", saved(Image.fromarray(waves), "WEBP", lossless=True, exact=True)


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
readings = {}
for name, data, *plain in [*jpegs(), *pngs(), *bitmaps(), *webps()]:
    (folder / name).write_bytes(data)
    readings[name] = reading(plain[0] if plain else data)
(folder / "readings.json").write_text(json.dumps(readings, indent=1, sort_keys=True) + "\n")
