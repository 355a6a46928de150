/// The formats of image files that are read. They are told apart by content, never by a file's name.
enum ImageFormat: String, CaseIterable {
    case png = "PNG"
    case jpeg = "JPEG"
    case webp = "WebP"
    case bmp = "BMP"

    /// The formats in words.
    static let list = "PNG, JPEG, WebP or BMP"

    /// The number of bytes at a file's start that tell its format.
    static let headCount = 512

    /// What the first bytes of a file say.
    enum Recognition {
        /// An image that is read.
        case read(ImageFormat)
        /// Anything else, in words.
        case other(String)

        init(of head: [UInt8]) {
            if head.isEmpty {
                self = .other("an empty file")
            } else if let format = ImageFormat(of: head) {
                self = .read(format)
            } else {
                self = .other(OtherFile.kind(of: head) ?? "a file of another kind")
            }
        }
    }

    private init?(of head: [UInt8]) {
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if head.starts(with: "RIFF".utf8), head.dropFirst(8).starts(with: "WEBP".utf8) {
            self = .webp
        } else if head.starts(with: "BM".utf8), BMPFile.isHeader(head) {
            self = .bmp
        } else {
            return nil
        }
    }
}

/// Files that are found in place of images, in words that say what to do.
private enum OtherFile {
    static func kind(of head: [UInt8]) -> String? {
        if let name = images.first(where: { $0.matches(head) })?.name {
            return "a file of the format \(name), which is not read; convert it to PNG"
        }
        if let name = others.first(where: { $0.matches(head) })?.name { return name }
        if head.allSatisfy({ $0 == 0 }) { return "zeros where an image should begin, as a copy that failed leaves behind" }
        return text(head)
    }

    private struct Signature {
        var name: String
        var offset = 0
        var bytes: [UInt8]

        init(_ name: String, _ bytes: [UInt8], at offset: Int = 0) { (self.name, self.bytes, self.offset) = (name, bytes, offset) }
        init(_ name: String, _ text: String, at offset: Int = 0) { self.init(name, Array(text.utf8), at: offset) }

        func matches(_ head: [UInt8]) -> Bool { head.dropFirst(offset).starts(with: bytes) }
    }

    private static let images: [Signature] = [
        Signature("GIF", "GIF8"), Signature("TIFF", [0x49, 0x49, 0x2A, 0x00]), Signature("TIFF", [0x4D, 0x4D, 0x00, 0x2A]),
        Signature("BigTIFF", [0x49, 0x49, 0x2B, 0x00]), Signature("BigTIFF", [0x4D, 0x4D, 0x00, 0x2B]),
        Signature("AVIF", "ftypavif", at: 4), Signature("AVIF", "ftypavis", at: 4), Signature("HEIC", "ftyphei", at: 4),
        Signature("HEIC", "ftyphev", at: 4), Signature("HEIF", "ftypmif1", at: 4), Signature("HEIF", "ftypmsf1", at: 4),
        Signature("JPEG XL", [0xFF, 0x0A]), Signature("JPEG XL", [0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]),
        Signature("JPEG 2000", [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]), Signature("JPEG 2000", [0xFF, 0x4F, 0xFF, 0x51]),
        Signature("Photoshop", "8BPS"), Signature("OpenEXR", [0x76, 0x2F, 0x31, 0x01]), Signature("Radiance HDR", "#?RADIANCE"),
        Signature("QOI", "qoif"), Signature("DICOM", "DICM", at: 128), Signature("icon", [0, 0, 1, 0]), Signature("DjVu", "AT&TFORM"),
        Signature("PBM", "P1"), Signature("PGM", "P2"), Signature("PPM", "P3"), Signature("PBM", "P4"), Signature("PGM", "P5"),
        Signature("PPM", "P6"),
    ]

    private static let others: [Signature] = [
        Signature("a PNG image whose line ends were changed, as a transfer as text does; fetch it again", [0x89, 0x50, 0x4E, 0x47]),
        Signature("a pointer of Git LFS in place of the image; 'git lfs pull' fetches it", "version https://git-lfs"),
        Signature("a PDF document", "%PDF"), Signature("an array of NumPy", [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]),
        Signature("a ZIP archive", [0x50, 0x4B, 0x03, 0x04]), Signature("a file compressed by gzip", [0x1F, 0x8B]),
        Signature("an HDF5 file", [0x89, 0x48, 0x44, 0x46]), Signature("a MATLAB file", "MATLAB 5.0"),
        Signature("a NIfTI file", "n+1\0", at: 344), Signature("a video", "ftyp", at: 4), Signature("a video", [0x1A, 0x45, 0xDF, 0xA3]),
        Signature("a RIFF file that is no WebP image", "RIFF"),
        Signature("an AppleDouble file, which holds notes of macOS", [0, 5, 0x16, 7]),
    ]

    private static func text(_ head: [UInt8]) -> String? {
        let isText = head.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
        // The last character may be cut.
        let cuts = head.count < ImageFormat.headCount ? 0...0 : 0...3
        guard isText, cuts.contains(where: { String(validating: head.dropLast($0), as: UTF8.self) != nil }) else { return nil }
        let start = String(decoding: head, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") || start.hasPrefix("<head") {
            return "an HTML page, as a download that failed leaves behind"
        }
        if start.contains("<svg") { return "an SVG image, which is not read; convert it to PNG" }
        if start.hasPrefix("<?xml") || start.hasPrefix("<") { return "an XML text" }
        if start.hasPrefix("{") || start.hasPrefix("[") { return "a JSON text" }
        return "a text"
    }
}
