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
        var (width, height, sampling, colors) = (CInt(0), CInt(0), CInt(0), CInt(0))
        let header = tjDecompressHeader3(decoder, bytes.baseAddress, UInt(bytes.count), &width, &height, &sampling, &colors)
        guard header == 0, width > 0, height > 0 else { throw failure(of: decoder, path: path) }
        guard Int(width) * Int(height) <= ImageFile.pixelLimit else {
            throw ImageFileError(path: path, expected: "at most 2^28 pixels", found: "\(width) x \(height)")
        }
        return try Tensor(shape: [Int(height), Int(width), 3]) { pixels throws(ImageFileError) in
            let status = tjDecompress2(
                decoder, bytes.baseAddress, UInt(bytes.count), pixels.baseAddress, width, 0, height, CInt(TJPF_RGB.rawValue),
                TJFLAG_ACCURATEDCT)
            // A cut file is only a warning to the decoder, which fills the rest with grey.
            guard status == 0 else { throw failure(of: decoder, path: path) }
        }
    }

    private static func failure(of decoder: tjhandle, path: String) -> ImageFileError {
        let text = tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unknown"
        return ImageFileError(path: path, expected: "a JPEG image", found: "damaged or incomplete data (\(text))")
    }
}
