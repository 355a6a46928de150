public import DMTensors

/// Reads and writes images as tensors of bytes.
///
/// PNG and JPEG files are told apart by their first bytes, not by their names. Images of more than 2^28 pixels or with
/// a side of more than 2^16 are refused; so are files that are too short for the size that they claim, before any memory
/// is taken for it.
public enum ImageFile {
    /// The largest image that is read, in pixels.
    public static let pixelLimit = 1 << 28
    /// The longest side of an image that is read, in pixels.
    public static let sideLimit = 1 << 16

    /// Whether an image of this size is read.
    static func allows(height: Int, width: Int) -> Bool {
        height <= sideLimit && width <= sideLimit && height * width <= pixelLimit
    }

    /// Reads a PNG or JPEG file as red, green and blue.
    ///
    /// Palettes are looked up, gray is repeated, of 16 bits the upper 8 are kept, transparency is dropped, CMYK is
    /// converted; neither gamma nor
    /// color profiles are applied, and an orientation noted in the file is not followed.
    ///
    /// - Parameter path: The file.
    /// - Returns: The image `[height, width, 3]`.
    /// - Throws: ``ImageFileError``.
    public static func readImage(at path: String) throws(ImageFileError) -> Tensor<UInt8> {
        switch try ImageFormat(ofFileAt: path) {
        case .png: try PNGFile.readImage(at: path)
        case .jpeg: try JPEGFile.readImage(at: path)
        case nil: throw ImageFileError(path: path, expected: "a PNG or JPEG image", found: "a file of another kind")
        }
    }

    /// Reads a PNG file whose pixels are class indices: a palette or gray image of up to 8 bits.
    ///
    /// - Parameter path: The file.
    /// - Returns: The stored numbers, not the colors that a palette gives them.
    /// - Throws: ``ImageFileError``; for a mask stored in colors too.
    public static func readLabelMap(at path: String) throws(ImageFileError) -> LabelMap { try PNGFile.readLabelMap(at: path) }

    /// Writes an image as a PNG file.
    ///
    /// - Parameters:
    ///   - image: `[height, width, 3]`, at least one pixel.
    ///   - path: The file, overwritten if it exists.
    /// - Throws: ``ImageFileError``.
    public static func write(_ image: Tensor<UInt8>, to path: String) throws(ImageFileError) { try PNGFile.write(image, to: path) }

    /// Writes a label map as a palette PNG file; a map without a palette gets one of grays.
    ///
    /// - Parameters:
    ///   - labels: At least one pixel.
    ///   - path: The file, overwritten if it exists.
    /// - Throws: ``ImageFileError``.
    public static func write(_ labels: LabelMap, to path: String) throws(ImageFileError) { try PNGFile.write(labels, to: path) }
}
