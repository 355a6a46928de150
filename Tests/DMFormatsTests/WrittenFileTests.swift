import DMFormats
import DMTensors
import Foundation
import Testing

/// Files for the script `reference-files` to check, and their way back.
@Suite struct WrittenFileTests {
    /// The environment variable with the folder in which the script looks for the files.
    private static let variable = "DIFFMATCH_EXPORT"

    @Test func everyTypeInEveryFormatReadsBack() throws {
        let chosen = ProcessInfo.processInfo.environment[Self.variable]
        let folder = chosen ?? FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { if chosen == nil { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } } }
        let torch = ReferenceFile.torchTypes.map { (name: "\($0)", array: ReferenceFile.array($0)) }
        let numPy = ReferenceFile.numPyTypes.map { (name: "\($0)", array: ReferenceFile.array($0)) }

        try PyTorchFile.write(torch, to: folder + "/types.pth")
        expectEqual(try PyTorchFile(path: folder + "/types.pth").arrays, torch)
        try Safetensors(arrays: torch).write(to: folder + "/types.safetensors")
        expectEqual(try Safetensors(path: folder + "/types.safetensors").arrays, torch)
        try NumPyArchive.write(numPy, to: folder + "/stored.npz")
        expectEqual(try NumPyArchive(path: folder + "/stored.npz").arrays(), numPy)
        try NumPyArchive.write(numPy, to: folder + "/compressed.npz", isCompressed: true)
        expectEqual(try NumPyArchive(path: folder + "/compressed.npz").arrays(), numPy)
        for (name, array) in numPy {
            try NumPyFile(array).write(to: folder + "/\(name).npy")
            expectEqual([(name, try NumPyFile(path: folder + "/\(name).npy").array)], [(name, array)])
        }
        let linear = ParameterValues([
            ("weight", Tensor<Float>(converting: ReferenceFile.numbers(.float32, shape: [2, 3]))),
            ("bias", Tensor<Float>(converting: ReferenceFile.numbers(.float32, shape: [2]))),
        ])
        try PyTorchFile.write(linear.arrays, to: folder + "/linear.pth")
        #expect(try PyTorchFile(path: folder + "/linear.pth").parameterValues() == linear)
    }

    @Test func equalArraysShareAStorage() throws {
        let array = ReferenceFile.array(.float32)
        let one = try PyTorchFile.bytes([("a", array)])
        let tied = try PyTorchFile.bytes([("a", array), ("b", array)])
        #expect(tied.count < one.count + array.byteCount + 100)
        let restored = try PyTorchFile(bytes: tied)
        #expect(restored["a"] == restored["b"])
        #expect(throws: PyTorchFileError.duplicateName("a")) { try PyTorchFile.bytes([("a", array), ("a", array)]) }
    }

    private func expectEqual(_ found: [(name: String, array: StoredArray)], _ expected: [(name: String, array: StoredArray)]) {
        #expect(found.map(\.name) == expected.map(\.name))
        for (found, expected) in zip(found, expected) {
            #expect(found.array.elementType == expected.array.elementType, "\(found.name)")
            #expect(found.array.shape == expected.array.shape, "\(found.name)")
            #expect(found.array.bytes == expected.array.bytes, "\(found.name)")
        }
    }
}
