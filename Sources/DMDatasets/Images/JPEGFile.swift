import CDMTurboJPEG
import DMTensors
import Foundation

/// JPEG files, through TurboJPEG.
enum JPEGFile {
    static func readImage(at path: String) throws(ImageFileError) -> Tensor<UInt8> {
        let data: [UInt8]
        do {
            data = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw ImageFileError(path: path, expected: "a JPEG image", found: "a file that cannot be read")
        }
        guard let decoder = tjInitDecompress() else {
            throw ImageFileError(path: path, expected: "a JPEG image", found: "no memory for its decoder")
        }
        defer { tjDestroy(decoder) }
        return try data.withUnsafeBufferPointer { (bytes) throws(ImageFileError) -> Tensor<UInt8> in
            try decode(bytes, with: decoder, path: path)
        }
    }

    private static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, with decoder: tjhandle, path: String
    ) throws(ImageFileError) -> Tensor<UInt8> {
        var (width, height, sampling, space) = (CInt(0), CInt(0), CInt(0), CInt(0))
        let header = tjDecompressHeader3(decoder, bytes.baseAddress, UInt(bytes.count), &width, &height, &sampling, &space)
        guard header == 0, width > 0, height > 0 else { throw failure(of: decoder, path: path) }
        guard ImageFile.allows(height: Int(height), width: Int(width)) else {
            throw ImageFileError(
                path: path, expected: "at most 2^28 pixels and sides of at most 65536", found: "\(width) x \(height)")
        }
        // A block of 64 pixels takes at least two bits, unless it is coded arithmetically; four times that is allowed.
        guard Int(width) * Int(height) / 2048 <= bytes.count else {
            throw ImageFileError(
                path: path, expected: "a JPEG image", found: "damaged or incomplete data (a file too short for its size in pixels)")
        }
        let isCMYK = space == CInt(TJCS_CMYK.rawValue) || space == CInt(TJCS_YCCK.rawValue)
        let channels = isCMYK ? 4 : 3
        let pixels = try Tensor<UInt8>(shape: [Int(height), Int(width), channels]) { pixels throws(ImageFileError) in
            let status = tjDecompress2(
                decoder, bytes.baseAddress, UInt(bytes.count), pixels.baseAddress, width, 0, height,
                CInt(isCMYK ? TJPF_CMYK.rawValue : TJPF_RGB.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
            // A cut file is only a warning to the decoder, which fills the rest with gray.
            guard status == 0 || isWhole(bytes, decoder) else { throw failure(of: decoder, path: path) }
        }
        return isCMYK ? colors(ofInverted: pixels) : pixels
    }

    /// Whether all that the decoder complained of is stray bytes between the parts of a complete file.
    private static func isWhole(_ bytes: UnsafeBufferPointer<UInt8>, _ decoder: tjhandle) -> Bool {
        guard tjGetErrorCode(decoder) == CInt(TJERR_WARNING.rawValue), let text = tjGetErrorStr2(decoder),
            String(cString: text).contains("extraneous bytes before marker")
        else { return false }
        // Only the first complaint is known: a cut later on would show by the missing end.
        func last(_ marker: UInt8) -> Int? {
            (0..<max(0, bytes.count - 1)).reversed().first { bytes[$0] == 0xFF && bytes[$0 + 1] == marker }
        }
        guard let end = last(0xD9), let scan = last(0xDA) else { return false }
        return end > scan
    }

    /// Red, green and blue of cyan, magenta, yellow and black, which JPEG files store inverted (Adobe's custom).
    private static func colors(ofInverted image: Tensor<UInt8>) -> Tensor<UInt8> {
        /// `x * y / 255`, rounded.
        func product(_ x: UInt8, _ y: UInt8) -> UInt8 {
            let doubled = Int(x) * Int(y) + 128
            return UInt8((doubled >> 8 + doubled) >> 8)
        }
        return Tensor(shape: [image.shape[0], image.shape[1], 3]) { colors in
            image.withUnsafeElements { stored in
                for pixel in 0..<stored.count / 4 {
                    let light = stored[4 * pixel + 3]
                    for channel in 0..<3 {
                        colors[3 * pixel + channel] = light - product(255 - stored[4 * pixel + channel], light)
                    }
                }
            }
        }
    }

    private static func failure(of decoder: tjhandle, path: String) -> ImageFileError {
        let text = tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unknown"
        return ImageFileError(path: path, expected: "a JPEG image", found: "damaged or incomplete data (\(text))")
    }
}
