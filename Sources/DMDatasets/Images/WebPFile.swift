import CDMWebP
import DMTensors

/// A WebP file in memory, through libwebp: one image, lossy or lossless.
struct WebPFile {
    private let file: ImageBytes
    let size: (height: Int, width: Int)

    /// Reads the header.
    init(_ file: ImageBytes, limits: ImageLimits) throws(ImageFileError) {
        self.file = file
        var features = WebPBitstreamFeatures()
        let status = WebPGetFeatures(file.bytes, file.bytes.count, &features)
        guard status == VP8_STATUS_OK else { throw Self.failure(status, file.path) }
        guard features.has_animation == 0 else {
            throw ImageFileError(path: file.path, expected: "a WebP image", found: "an animation; store one of its images")
        }
        size = (Int(features.height), Int(features.width))
        try limits.check(height: size.height, width: size.width, path: file.path)
    }

    /// Red, green and blue, `[height, width, 3]`; transparency is dropped.
    func image() throws(ImageFileError) -> Tensor<UInt8> {
        try Tensor(shape: [size.height, size.width, 3]) { pixels throws(ImageFileError) in
            var configuration = WebPDecoderConfig()
            guard WebPInitDecoderConfig(&configuration) != 0 else {
                throw ImageFileError(path: file.path, expected: "a WebP image", found: "another version of libwebp")
            }
            configuration.output.colorspace = MODE_RGB
            configuration.output.is_external_memory = 1
            configuration.output.u.RGBA = WebPRGBABuffer(
                rgba: pixels.baseAddress, stride: CInt(3 * size.width), size: pixels.count)
            let status = WebPDecode(file.bytes, file.bytes.count, &configuration)
            guard status == VP8_STATUS_OK else { throw Self.failure(status, file.path) }
        }
    }

    /// The orientation in the chunk of EXIF, which lies behind the image.
    var orientation: ImageOrientation {
        let bytes = file.bytes
        var place = 12
        while place + 8 <= bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[place + 4 + $1]) << (8 * $1) }
            guard length <= bytes.count - place - 8 else { break }
            if bytes[place..<place + 4].elementsEqual("EXIF".utf8) {
                return ImageOrientation(exif: bytes[place + 8..<place + 8 + length])
            }
            place += 8 + length + length & 1
        }
        return .upright
    }

    private static func failure(_ status: VP8StatusCode, _ path: String) -> ImageFileError {
        let found =
            switch status {
            case VP8_STATUS_OUT_OF_MEMORY: "too little memory for it"
            case VP8_STATUS_UNSUPPORTED_FEATURE: "a kind of WebP that is not read"
            case VP8_STATUS_NOT_ENOUGH_DATA, VP8_STATUS_SUSPENDED: "damaged or incomplete data (cut short)"
            default: "damaged or incomplete data"
            }
        return ImageFileError(path: path, expected: "a WebP image", found: found)
    }
}
