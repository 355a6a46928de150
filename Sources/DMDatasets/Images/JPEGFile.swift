import CDMJPEG
import DMTensors

/// A JPEG file in memory, through libjpeg.
struct JPEGFile {
    private let file: ImageBytes
    private let limits: ImageLimits
    let size: (height: Int, width: Int)

    /// Reads the header.
    init(_ file: ImageBytes, limits: ImageLimits) throws(ImageFileError) {
        (self.file, self.limits) = (file, limits)
        var header = dm_jpeg_header()
        try Self.check(dm_jpeg_read_header(file.bytes, file.bytes.count, &header), file.path)
        size = (Int(header.height), Int(header.width))
        try limits.check(height: size.height, width: size.width, path: file.path)
        // A block of 64 pixels takes at least one bit, unless it is coded arithmetically; four times that is allowed.
        guard size.height * size.width / 2048 <= file.bytes.count else {
            throw ImageFileError(
                path: file.path, expected: "a JPEG image",
                found: "damaged or incomplete data (a file too short for its size in pixels)")
        }
    }

    /// Red, green and blue, `[height, width, 3]`.
    func image() throws(ImageFileError) -> Tensor<UInt8> {
        try Tensor(shape: [size.height, size.width, 3]) { pixels throws(ImageFileError) in
            let status = dm_jpeg_read_rgb(file.bytes, file.bytes.count, UInt64(limits.scanPixels), pixels.baseAddress)
            if status.code == DM_JPEG_TOO_MANY_SCANS {
                let most = min(Int(DM_JPEG_SCAN_LIMIT), limits.scanPixels / max(1, size.height * size.width))
                throw ImageFileError(
                    path: file.path, expected: "at most \(most) scans of \(size.width) x \(size.height) pixels",
                    found: Self.text(of: status))
            }
            try Self.check(status, file.path)
        }
    }

    /// The orientation in the first segment of EXIF in front of the image.
    var orientation: ImageOrientation {
        let bytes = file.bytes
        var place = 2
        while place + 4 <= bytes.count, bytes[place] == 0xFF {
            let marker = bytes[place + 1]
            // Fill bytes, and markers without a segment.
            if marker == 0xFF {
                place += 1
                continue
            }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) {
                place += 2
                continue
            }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            // The image begins, or the file ends.
            guard marker != 0xDA, marker != 0xD9, length >= 2, place + 2 + length <= bytes.count else { return .upright }
            let segment = bytes[place + 4..<place + 2 + length]
            if marker == 0xE1, segment.starts(with: "Exif\0".utf8) { return ImageOrientation(exif: segment) }
            place += 2 + length
        }
        return .upright
    }

    private static func text(of status: dm_jpeg_status) -> String {
        var message = status.message
        return withUnsafeBytes(of: &message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func check(_ status: dm_jpeg_status, _ path: String) throws(ImageFileError) {
        let found: String
        switch status.code {
        case DM_JPEG_OK: return
        case DM_JPEG_NOT_SUPPORTED: found = "a kind of JPEG that is not read (\(text(of: status)))"
        case DM_JPEG_NO_MEMORY: found = "too little memory for it"
        default: found = "damaged or incomplete data (\(text(of: status)))"
        }
        throw ImageFileError(path: path, expected: "a JPEG image", found: found)
    }
}
