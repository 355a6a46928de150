import DMTensors

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
