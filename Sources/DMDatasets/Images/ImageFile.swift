public import DMTensors
import Foundation

/// Reads and writes images as tensors of bytes.
///
/// PNG and JPEG files are told apart by their first bytes, not by their names. Images of more than 2^28 pixels or with a
/// side of more than 2^16 are refused. So are files that are too short for the size they claim, before memory is allocated.
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
    /// Palettes are looked up, gray is repeated, of 16 bits the upper 8 are kept, transparency is dropped, and CMYK is
    /// converted. Gamma, color profiles and a noted orientation (EXIF) are not applied.
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

/// The class of each pixel of an image, as stored in a file.
public struct LabelMap: Sendable, Equatable {
    /// The labels `[height, width]`; 255 by convention where a pixel is to be ignored.
    public let labels: Tensor<UInt8>
    /// The colors kept beside the labels, if there are any.
    public let palette: Palette?

    /// The map of the given labels.
    ///
    /// - Parameters:
    ///   - labels: `[height, width]`.
    ///   - palette: The colors to show the labels in.
    public init(_ labels: Tensor<UInt8>, palette: Palette? = nil) {
        require(labels.rank == 2, "a label map is [height, width], not \(labels.shape)")
        self.labels = labels
        self.palette = palette
    }
}

/// A mask file's content before it is known what it means.
enum StoredMask {
    /// Class indices.
    case numbers(LabelMap)
    /// Colors `[height, width, 3]`.
    case colors(Tensor<UInt8>)
}

extension ImageFile {
    /// Reads a PNG mask: its numbers where it is a palette or gray image, else its colors.
    static func readStoredMask(at path: String) throws(ImageFileError) -> StoredMask {
        guard try ImageFormat(ofFileAt: path) == .png else {
            throw ImageFileError(path: path, expected: "a PNG image", found: "a file of another kind; masks are never stored as JPEG")
        }
        return try PNGFile.readStoredMask(at: path)
    }
}

/// The kinds of image files that can be read.
enum ImageFormat {
    case png
    case jpeg

    /// The format that a file's first bytes announce; nil if it is neither.
    init?(ofFileAt path: String) throws(ImageFileError) {
        let start: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { handle.closeFile() }
            start = try handle.read(upToCount: 8) ?? Data()
        } catch {
            throw ImageFileError(path: path, expected: "a PNG or JPEG image", found: Self.obstacle(at: path))
        }
        if start.isEmpty { throw ImageFileError(path: path, expected: "a PNG or JPEG image", found: "an empty file") }
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if start.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else {
            return nil
        }
    }

    /// Why a file cannot be opened, in words.
    private static func obstacle(at path: String) -> String {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return "no file" }
        return isDirectory.boolValue ? "a directory" : "a file that cannot be read"
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
    public var description: String { "\(path): expected \(expected), found \(found)" }
}

extension DatasetError {
    /// What is wrong with an image file.
    init(_ error: ImageFileError) {
        self.init(path: error.path, kind: .unreadable, message: "expected \(error.expected), found \(error.found)")
    }
}
