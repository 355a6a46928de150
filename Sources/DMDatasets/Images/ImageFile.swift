public import DMTensors

/// Reads and writes images as tensors of bytes.
///
/// PNG, JPEG, WebP and BMP files are told apart by their first bytes, not by their names. Images beyond ``ImageLimits`` are
/// refused. So are files that are too short for the size they claim, before memory is allocated.
///
/// A file is damaged where pixels are missing or cannot be decoded. All else that is odd in it (texts, profiles, versions,
/// checksums of parts that are not needed, bytes behind the image) is passed over.
public enum ImageFile {
    /// Reads an image as red, green and blue.
    ///
    /// Palettes are looked up, gray is repeated, of 16 bits the upper 8 are kept, transparency is dropped, and CMYK is
    /// converted. Gamma and color profiles are not applied.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - reading: Whether a noted orientation is applied, and the limits.
    /// - Returns: The image `[height, width, 3]`.
    /// - Throws: ``ImageFileError``.
    public static func readImage(at path: String, reading: ImageReading = ImageReading()) throws(ImageFileError) -> Tensor<UInt8> {
        try AnyImageFile(path: path, limits: reading.limits).image(reading)
    }

    /// Reads an image, and what the file says besides the pixels, from one look at the file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - reading: Whether a noted orientation is applied, and the limits.
    /// - Returns: The image `[height, width, 3]` and its properties.
    /// - Throws: ``ImageFileError``.
    package static func readImageAndProperties(
        at path: String, reading: ImageReading
    ) throws(ImageFileError) -> (image: Tensor<UInt8>, properties: ImageProperties) {
        let file = try AnyImageFile(path: path, limits: reading.limits)
        return (try file.image(reading), try file.properties())
    }

    /// Reads a PNG or BMP file whose pixels are class indices: a palette or gray image, all numbers below 256.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limits: The largest image that is read.
    /// - Returns: The stored numbers, not the colors that a palette gives them.
    /// - Throws: ``ImageFileError``; for a mask stored in colors too.
    public static func readLabelMap(at path: String, limits: ImageLimits = ImageLimits()) throws(ImageFileError) -> LabelMap {
        switch try AnyImageFile(path: path, limits: limits) {
        case .png(let file): return try file.labelMap()
        case .bmp(let file): return try file.labelMap()
        case .jpeg: throw noMask(path, "JPEG")
        case .webp: throw noMask(path, "WebP")
        }
    }

    /// What a file says of its image besides the pixels.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limits: The largest image that is read.
    /// - Throws: ``ImageFileError``. Of the pixels, only those of 16 bits are looked at.
    public static func properties(at path: String, limits: ImageLimits = ImageLimits()) throws(ImageFileError) -> ImageProperties {
        try AnyImageFile(path: path, limits: limits).properties()
    }

    /// Writes an image as a PNG file, in one step: on failure a former file stays as it was.
    ///
    /// - Parameters:
    ///   - image: `[height, width, 3]`, at least one pixel.
    ///   - path: The file, overwritten if it exists.
    /// - Throws: ``ImageFileError``.
    public static func write(_ image: Tensor<UInt8>, to path: String) throws(ImageFileError) { try PNGFile.write(image, to: path) }

    /// Writes a label map as a palette PNG file, in one step; a map without a palette gets one of grays.
    ///
    /// - Parameters:
    ///   - labels: At least one pixel.
    ///   - path: The file, overwritten if it exists.
    /// - Throws: ``ImageFileError``.
    public static func write(_ labels: LabelMap, to path: String) throws(ImageFileError) { try PNGFile.write(labels, to: path) }

    /// Reads a mask: its numbers where it is a palette or gray image, else its colors.
    static func readStoredMask(at path: String, limits: ImageLimits = ImageLimits()) throws(ImageFileError) -> StoredMask {
        switch try AnyImageFile(path: path, limits: limits) {
        case .png(let file): file.isColored ? .colors(try file.image()) : .numbers(try file.labelMap())
        case .bmp(let file): file.hasPalette ? .numbers(try file.labelMap()) : .colors(try file.image())
        case .jpeg: throw noMask(path, "JPEG")
        case .webp: throw noMask(path, "WebP")
        }
    }

    /// Compression with loss changes labels.
    private static func noMask(_ path: String, _ format: String) -> ImageFileError {
        ImageFileError(path: path, expected: "a PNG or BMP image", found: "a \(format) image; masks are never stored as \(format)")
    }
}

/// An image file of any format, its header read.
private enum AnyImageFile {
    case png(PNGFile)
    case jpeg(JPEGFile)
    case webp(WebPFile)
    case bmp(BMPFile)

    init(path: String, limits: ImageLimits) throws(ImageFileError) {
        let file = try ImageBytes(path: path, limits: limits)
        switch file.format {
        case .png: self = .png(try PNGFile(file, limits: limits))
        case .jpeg: self = .jpeg(try JPEGFile(file, limits: limits))
        case .webp: self = .webp(try WebPFile(file, limits: limits))
        case .bmp: self = .bmp(try BMPFile(file, limits: limits))
        }
    }

    var size: (height: Int, width: Int) {
        switch self {
        case .png(let file): file.size
        case .jpeg(let file): file.size
        case .webp(let file): file.size
        case .bmp(let file): file.size
        }
    }

    var orientation: ImageOrientation {
        switch self {
        case .png(let file): file.orientation
        case .jpeg(let file): file.orientation
        case .webp(let file): file.orientation
        case .bmp: .upright
        }
    }

    /// The image, turned where that is asked for.
    func image(_ reading: ImageReading) throws(ImageFileError) -> Tensor<UInt8> {
        let image = try image()
        return reading.orientation == .apply ? orientation.applied(to: image) : image
    }

    func properties() throws(ImageFileError) -> ImageProperties {
        var largest: Int?
        if case .png(let file) = self { largest = try file.largestNumber() }
        return ImageProperties(height: size.height, width: size.width, orientation: orientation, largestOf16Bits: largest)
    }

    func image() throws(ImageFileError) -> Tensor<UInt8> {
        switch self {
        case .png(let file): try file.image()
        case .jpeg(let file): try file.image()
        case .webp(let file): try file.image()
        case .bmp(let file): try file.image()
        }
    }
}

/// Why an image file could not be read or written.
public struct ImageFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What was asked for, for example "a palette or gray PNG image".
    public let expected: String
    /// What was there instead, for example "the file does not exist".
    public let found: String

    /// The error of a file.
    public init(path: String, expected: String, found: String) {
        self.path = path
        self.expected = expected
        self.found = found
    }

    /// One sentence with the file, what was expected and what was found.
    public var description: String { "\(path.visible): expected \(expected), found \(found)" }
}

extension DatasetError {
    /// What is wrong with an image file.
    init(_ error: ImageFileError) {
        self.init(path: error.path, kind: .unreadable, message: "expected \(error.expected), found \(error.found)")
    }
}
