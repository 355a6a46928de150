import CSampleJPEG
import DMTensors
import Foundation

/// Writes JPEG files of a photograph's usual quality.
enum JPEGSample {
    /// What TurboJPEG says against an image.
    struct Failure: Error {
        let message: String
    }

    /// - Parameters:
    ///   - image: `[height, width, 3]`.
    ///   - path: Where the file goes.
    /// - Throws: `Failure`, or what keeps the file from being written.
    static func write(_ image: Tensor<UInt8>, to path: String) throws {
        guard let compressor = tjInitCompress() else { throw Failure(message: "no compressor") }
        defer { tjDestroy(compressor) }
        var bytes: UnsafeMutablePointer<UInt8>?
        var count: UInt = 0
        let result = image.withUnsafeElements {
            tjCompress2(
                compressor, $0.baseAddress, Int32(image.shape[1]), 0, Int32(image.shape[0]), Int32(TJPF_RGB.rawValue), &bytes, &count,
                Int32(TJSAMP_420.rawValue), 92, 0)
        }
        defer { tjFree(bytes) }
        guard result == 0, let bytes else { throw Failure(message: String(cString: tjGetErrorStr2(compressor))) }
        try Data(bytes: bytes, count: Int(count)).write(to: URL(filePath: path))
    }
}
