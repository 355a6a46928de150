import CDMPNG
import DMTensors

/// PNG files, through libpng.
enum PNGFile {
    static func readImage(at path: String) throws(ImageFileError) -> Tensor<UInt8> {
        var image = dm_png_image()
        try check(dm_png_read_rgb(path, &image), path, "a PNG image")
        defer { dm_png_free(&image) }
        return tensor(of: image, shape: [Int(image.height), Int(image.width), 3])
    }

    static func readLabelMap(at path: String) throws(ImageFileError) -> LabelMap {
        var image = dm_png_image()
        try check(dm_png_read_indices(path, &image), path, "a palette or gray PNG image of up to 8 bits per pixel")
        defer { dm_png_free(&image) }
        return LabelMap(tensor(of: image, shape: [Int(image.height), Int(image.width)]), palette: palette(of: &image))
    }

    static func readStoredMask(at path: String) throws(ImageFileError) -> StoredMask {
        var image = dm_png_image()
        let status = dm_png_read_indices(path, &image)
        if status.code == DM_PNG_COLOURED { return .colors(try readImage(at: path)) }
        try check(status, path, "a palette or gray PNG image of up to 8 bits per pixel")
        defer { dm_png_free(&image) }
        return .numbers(LabelMap(tensor(of: image, shape: [Int(image.height), Int(image.width)]), palette: palette(of: &image)))
    }

    static func write(_ image: Tensor<UInt8>, to path: String) throws(ImageFileError) {
        require(image.rank == 3 && image.shape[2] == 3 && image.count > 0, "a PNG image is [height, width, 3], not \(image.shape)")
        let status = image.withUnsafeElements {
            dm_png_write_rgb(path, $0.baseAddress, UInt32(image.shape[1]), UInt32(image.shape[0]))
        }
        try check(status, path, "a file that can be written")
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
        let bytes = colors.flatMap { [$0.red, $0.green, $0.blue] }
        let status = map.labels.withUnsafeElements {
            dm_png_write_indices(
                path, $0.baseAddress, UInt32(map.labels.shape[1]), UInt32(map.labels.shape[0]), bytes,
                Int32(colors.count))
        }
        try check(status, path, "a file that can be written")
    }

    private static func tensor(of image: dm_png_image, shape: [Int]) -> Tensor<UInt8> {
        Tensor(shape: shape) { _ = $0.initialize(from: UnsafeBufferPointer(start: image.pixels, count: $0.count)) }
    }

    private static func palette(of image: inout dm_png_image) -> Palette? {
        guard image.palette_count > 0 else { return nil }
        let count = Int(image.palette_count)
        return withUnsafeBytes(of: &image.palette) { bytes in
            Palette((0..<count).map { RGBColor(bytes[3 * $0], bytes[3 * $0 + 1], bytes[3 * $0 + 2]) })
        }
    }

    private static func check(_ status: dm_png_status, _ path: String, _ expected: String) throws(ImageFileError) {
        guard status.code != DM_PNG_OK else { return }
        var message = status.message
        let text = withUnsafeBytes(of: &message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let found =
            switch status.code {
            case DM_PNG_BROKEN: "damaged or incomplete data (\(text))"
            default: text
            }
        throw ImageFileError(path: path, expected: expected, found: found)
    }
}
