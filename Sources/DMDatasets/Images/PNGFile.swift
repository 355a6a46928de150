import CDMPNG
import DMFormats
import DMTensors

/// A PNG file in memory, through libpng.
struct PNGFile {
    private let file: ImageBytes
    private let header: dm_png_header

    /// Finds the parts of the file.
    init(_ file: ImageBytes, limits: ImageLimits) throws(ImageFileError) {
        self.file = file
        var header = dm_png_header()
        let status = dm_png_read_header(file.bytes, file.bytes.count, &header)
        // Too large is too large, however the rest may look.
        if header.width > 0 { try limits.check(height: Int(header.height), width: Int(header.width), path: file.path) }
        try Self.check(status, file.path, "a PNG image")
        self.header = header
    }

    var size: (height: Int, width: Int) { (Int(header.height), Int(header.width)) }

    var orientation: ImageOrientation {
        ImageOrientation(exif: file.bytes[header.exif_offset..<header.exif_offset + header.exif_length])
    }

    /// Red, green and blue, `[height, width, 3]`.
    func image() throws(ImageFileError) -> Tensor<UInt8> {
        try Tensor(shape: [size.height, size.width, 3]) { pixels throws(ImageFileError) in
            try withUnsafePointer(to: header) { header throws(ImageFileError) in
                try Self.check(dm_png_read_rgb(file.bytes, header, pixels.baseAddress), file.path, "a PNG image")
            }
        }
    }

    /// Whether the file holds colors of eight bits, which may stand for classes.
    var isColored: Bool { [DM_PNG_RGB.rawValue, DM_PNG_RGB_ALPHA.rawValue].contains(UInt32(header.kind)) && header.depth == 8 }

    func labelMap() throws(ImageFileError) -> LabelMap {
        let labels = try Tensor<UInt8>(shape: [size.height, size.width]) { pixels throws(ImageFileError) in
            try withUnsafePointer(to: header) { header throws(ImageFileError) in
                try Self.check(
                    dm_png_read_indices(file.bytes, header, pixels.baseAddress), file.path,
                    "a palette or gray PNG image of up to 8 bits per pixel")
            }
        }
        return LabelMap(labels, palette: palette)
    }

    private var palette: Palette? {
        guard header.palette_count > 0 else { return nil }
        return withUnsafeBytes(of: header.palette) { bytes in
            Palette((0..<Int(header.palette_count)).map { RGBColor(bytes[3 * $0], bytes[3 * $0 + 1], bytes[3 * $0 + 2]) })
        }
    }

    /// The largest number in a file of 16 bits; nil for any other.
    func largestNumber() throws(ImageFileError) -> Int? {
        guard header.depth == 16 else { return nil }
        var largest: UInt16 = 0
        let status = withUnsafePointer(to: header) { dm_png_read_largest(file.bytes, $0, &largest) }
        try Self.check(status, file.path, "a PNG image")
        return Int(largest)
    }

    fileprivate static func check(_ status: dm_png_status, _ path: String, _ expected: String) throws(ImageFileError) {
        guard status.code != DM_PNG_OK else { return }
        var message = status.message
        let text = withUnsafeBytes(of: &message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        throw ImageFileError(
            path: path, expected: expected, found: status.code == DM_PNG_BROKEN ? "damaged or incomplete data (\(text))" : text)
    }
}

/// Writing, in one step: a full disk leaves the former file as it was.
extension PNGFile {
    static func write(_ image: Tensor<UInt8>, to path: String) throws(ImageFileError) {
        require(image.rank == 3 && image.shape[2] == 3 && image.count > 0, "a PNG image is [height, width, 3], not \(image.shape)")
        try write(to: path) { file in
            image.withUnsafeElements { dm_png_encode_rgb($0.baseAddress, UInt32(image.shape[1]), UInt32(image.shape[0]), &file) }
        }
    }

    static func write(_ map: LabelMap, to path: String) throws(ImageFileError) {
        require(map.labels.count > 0, "a PNG image has pixels, not the shape \(map.labels.shape)")
        let given = map.palette?.colors ?? []
        // Every label that occurs needs a color of its own, or the file would not be valid.
        let largest = map.labels.withUnsafeElements { $0.max() ?? 0 }
        let colors = (0..<max(given.count, Int(largest) + 1)).map { index in
            let level = UInt8(index)
            return map.palette?[level] ?? RGBColor(level, level, level)
        }
        let palette = colors.flatMap { [$0.red, $0.green, $0.blue] }
        try write(to: path) { file in
            map.labels.withUnsafeElements {
                dm_png_encode_indices(
                    $0.baseAddress, UInt32(map.labels.shape[1]), UInt32(map.labels.shape[0]), palette, Int32(colors.count), &file)
            }
        }
    }

    private static func write(to path: String, encoding: (inout dm_png_file) -> dm_png_status) throws(ImageFileError) {
        var file = dm_png_file()
        try check(encoding(&file), path, "a file that can be written")
        defer { dm_png_free(&file) }
        do {
            try AtomicFile.write(Array(UnsafeBufferPointer(start: file.bytes, count: file.count)), to: path)
        } catch {
            throw ImageFileError(path: path, expected: "a file that can be written", found: error.reason)
        }
    }
}
