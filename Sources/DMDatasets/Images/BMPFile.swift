import DMTensors

/// A Windows bitmap in memory.
///
/// Read are palettes of 1, 2, 4 and 8 bits, also run-length encoded, and colors of 16, 24 and 32 bits.
struct BMPFile {
    private let file: ImageBytes
    let size: (height: Int, width: Int)
    private let bits: Int
    private let isTopDown: Bool
    private let encoding: Encoding
    private let palette: [RGBColor]
    private let pixelOffset: Int

    private enum Encoding {
        case plain
        case runs
        case fields([ColorField])
    }

    /// Whether a file that begins with "BM" has a header of a known length behind that.
    static func isHeader(_ head: [UInt8]) -> Bool {
        head.count >= 26 && [12, 16, 40, 52, 56, 64, 108, 124].contains(Int(littleEndian: head, at: 14, count: 4))
    }

    /// Reads the header and the palette.
    init(_ file: ImageBytes, limits: ImageLimits) throws(ImageFileError) {
        self.file = file
        func failure(_ found: String) -> ImageFileError { ImageFileError(path: file.path, expected: "a BMP image", found: found) }
        let bytes = file.bytes
        let headerCount = Int(littleEndian: bytes, at: 14, count: 4)
        guard bytes.count >= 14 + headerCount else { throw failure("damaged or incomplete data (its header is cut short)") }
        // The oldest header holds its sizes in 16 bits each, and colors without a fourth byte.
        let isOld = headerCount == 12
        let width = Int(littleEndian: bytes, at: 18, count: isOld ? 2 : 4)
        let storedHeight = Int(littleEndian: bytes, at: isOld ? 20 : 22, count: isOld ? 2 : 4)
        isTopDown = !isOld && storedHeight > Int(Int32.max)
        size = (isTopDown ? 1 << 32 - storedHeight : storedHeight, width)
        guard size.height > 0, size.width > 0 else { throw failure("damaged or incomplete data (a size of \(width) x \(storedHeight))") }
        try limits.check(height: size.height, width: size.width, path: file.path)
        bits = Int(littleEndian: bytes, at: isOld ? 24 : 28, count: 2)
        let compression = headerCount >= 40 ? Int(littleEndian: bytes, at: 30, count: 4) : 0
        var end = 14 + headerCount
        switch (compression, bits) {
        case (0, 1), (0, 2), (0, 4), (0, 8), (0, 24): encoding = .plain
        case (0, 16): encoding = .fields([0x7C00, 0x03E0, 0x001F].map(ColorField.init))
        case (0, 32): encoding = .fields([0xFF0000, 0xFF00, 0xFF].map(ColorField.init))
        case (1, 8), (2, 4): encoding = .runs
        case (3, 16), (3, 32), (6, 16), (6, 32):
            // Behind the shortest header the fields follow it; longer ones hold them.
            guard bytes.count >= 66 else { throw failure("damaged or incomplete data (its header is cut short)") }
            encoding = .fields((0..<3).map { ColorField(mask: UInt32(Int(littleEndian: bytes, at: 54 + 4 * $0, count: 4))) })
            if headerCount == 40 { end += compression == 3 ? 12 : 16 }
        default: throw failure("a kind of BMP that is not read (\(bits) bits, compression \(compression))")
        }
        let entry = isOld ? 3 : 4
        let used = headerCount >= 40 ? Int(littleEndian: bytes, at: 46, count: 4) : 0
        let most = bits <= 8 ? 1 << bits : 0
        let pixelOffset = Int(littleEndian: bytes, at: 10, count: 4)
        self.pixelOffset = pixelOffset
        // The palette ends where the pixels begin, whatever it announces.
        let room = max(0, min(pixelOffset, bytes.count) - end) / entry
        palette = (0..<min(used > 0 ? min(used, most) : most, room)).map {
            RGBColor(bytes[end + entry * $0 + 2], bytes[end + entry * $0 + 1], bytes[end + entry * $0])
        }
        guard pixelOffset >= end, pixelOffset <= bytes.count else { throw failure("damaged or incomplete data (its pixels lie outside)") }
        if case .runs = encoding { return }
        guard stride * size.height <= bytes.count - pixelOffset + 3 else {
            throw failure("damaged or incomplete data (\(bytes.count - pixelOffset) of \(stride * size.height) bytes of pixels)")
        }
    }

    /// The bytes of a stored row, a multiple of four.
    private var stride: Int { (size.width * bits + 31) / 32 * 4 }

    /// Whether pixels are numbers of colors.
    var hasPalette: Bool { bits <= 8 }

    /// Red, green and blue, `[height, width, 3]`; transparency is dropped.
    func image() throws(ImageFileError) -> Tensor<UInt8> {
        if hasPalette {
            // Numbers beyond the palette are black.
            let colors = palette + Array(repeating: RGBColor(0, 0, 0), count: 256 - palette.count)
            let numbers = try labelMap().labels
            return Tensor(shape: [size.height, size.width, 3]) { pixels in
                numbers.withUnsafeElements { numbers in
                    for (place, number) in numbers.enumerated() {
                        let color = colors[Int(number)]
                        (pixels[3 * place], pixels[3 * place + 1], pixels[3 * place + 2]) = (color.red, color.green, color.blue)
                    }
                }
            }
        }
        return Tensor(shape: [size.height, size.width, 3]) { pixels in
            for row in 0..<size.height {
                let start = offset(ofRow: row)
                for column in 0..<size.width {
                    let place = 3 * (row * size.width + column)
                    for channel in 0..<3 { pixels[place + channel] = color(channel, column, rowAt: start) }
                }
            }
        }
    }

    private func offset(ofRow row: Int) -> Int { pixelOffset + stride * (isTopDown ? row : size.height - 1 - row) }

    private func color(_ channel: Int, _ column: Int, rowAt start: Int) -> UInt8 {
        guard case .fields(let fields) = encoding else { return byte(at: start + 3 * column + 2 - channel) }
        let count = bits / 8
        let place = start + count * column
        return fields[channel].value(in: (0..<count).reduce(0) { $0 | UInt32(byte(at: place + $1)) << UInt32(8 * $1) })
    }

    /// The last row may lack the bytes that fill it up.
    private func byte(at place: Int) -> UInt8 { place < file.bytes.count ? file.bytes[place] : 0 }

    /// The stored numbers.
    func labelMap() throws(ImageFileError) -> LabelMap {
        guard hasPalette else {
            throw ImageFileError(
                path: file.path, expected: "a palette BMP image of up to 8 bits per pixel", found: "colors instead of class indices")
        }
        let labels = try Tensor<UInt8>(shape: [size.height, size.width]) { pixels throws(ImageFileError) in
            if case .runs = encoding {
                try BMPRuns(bytes: file.bytes[pixelOffset...], bits: bits, size: size).write(to: pixels, path: file.path)
                return
            }
            for row in 0..<size.height {
                let start = offset(ofRow: row)
                for column in 0..<size.width {
                    let shift = 8 - bits - column * bits % 8
                    pixels[row * size.width + column] = byte(at: start + column * bits / 8) >> UInt8(shift) & UInt8(1 << bits - 1)
                }
            }
        }
        return LabelMap(labels, palette: palette.isEmpty ? nil : Palette(palette))
    }
}

/// Where a color's brightness lies in the bits of a pixel.
private struct ColorField {
    var mask: UInt32

    /// The brightness in 0...255.
    func value(in pixel: UInt32) -> UInt8 {
        guard mask != 0 else { return 0 }
        let shift = UInt32(mask.trailingZeroBitCount)
        return UInt8(UInt64((pixel & mask) >> shift) * 255 / UInt64(mask >> shift))
    }
}

extension Int {
    /// A number of some bytes, the lowest first.
    fileprivate init(littleEndian bytes: [UInt8], at offset: Int, count: Int) {
        self = (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
}
