/// A PNG file, as true or as false as a check wants it.
struct PNGImage {
    /// What a pixel is made of.
    enum Color: UInt8 { case gray = 0, rgb = 2, palette = 3 }

    /// The size that the header announces, in pixels.
    var width: Int, height: Int
    /// The bits of a sample.
    var depth: UInt8 = 8
    var color = Color.rgb
    var isInterlaced = false
    /// The compressed rows; nil for black ones of the announced size.
    var data: [UInt8]?
    /// Chunks before and behind the pixels.
    var before: [UInt8] = [], after: [UInt8] = []

    /// A black image.
    init(_ width: Int, _ height: Int, _ color: Color = .rgb, depth: UInt8 = 8) {
        (self.width, self.height, self.color, self.depth) = (width, height, color, depth)
    }

    /// The number of bytes that the rows unpack to.
    var size: Int { height * (1 + (width * Int(depth) * (color == .rgb ? 3 : 1) + 7) / 8) }

    /// The file.
    var bytes: [UInt8] {
        let header = UInt32(width).bigEndianBytes + UInt32(height).bigEndianBytes + [depth, color.rawValue, 0, 0, isInterlaced ? 1 : 0]
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + Self.chunk("IHDR", header) + before
            + Self.chunk("IDAT", data ?? Zlib.zeros(size)) + after + Self.chunk("IEND", [])
    }

    /// One chunk with its sum.
    static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(kind.utf8) + data
        return UInt32(data.count).bigEndianBytes + body + CRC32.of(body).bigEndianBytes
    }

    /// A square image that a network may see: gray, with a bright corner.
    static func gray(side: Int) -> [UInt8] {
        var image = PNGImage(side, side, .gray)
        let row: [UInt8] = [0] + (0..<side).map { UInt8(255 * $0 / side) }
        image.data = Zlib.stored(Array(repeatElement(row, count: side).joined()))
        return image.bytes
    }

    /// A mask of one label.
    static func mask(side: Int, label: UInt8) -> [UInt8] {
        var image = PNGImage(side, side, .gray)
        let row: [UInt8] = [0] + [UInt8](repeating: label, count: side)
        image.data = Zlib.stored(Array(repeatElement(row, count: side).joined()))
        return image.bytes
    }
}
