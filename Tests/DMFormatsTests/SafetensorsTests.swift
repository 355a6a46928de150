import DMFormats
import DMTensors
import Foundation
import Testing

/// A file with the given header and that many bytes of data: 0, 1, 2, ...
func safetensorsFile(_ header: String, dataSize: Int) -> [UInt8] {
    let json = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json + (0..<dataSize).map { UInt8($0 % 256) }
}

@Suite struct SafetensorsTests {
    static let sample = Safetensors(
        arrays: [
            ("bool", StoredArray(Tensor([true, false, true]))),
            ("float", StoredArray(Tensor<Float>([1.5, -0.25, .infinity, .leastNonzeroMagnitude], shape: [2, 2]))),
            ("scalar", StoredArray(Tensor(0.1))),
            ("empty", StoredArray(Tensor<Int32>([], shape: [0, 3]))),
            ("int32", StoredArray(Tensor<Int32>([-1, .max]))),
            ("half", StoredArray(converting: Tensor<Float>([1.5, -2, 65504]), to: .float16)),
            ("quoted \"\\\n é", StoredArray(Tensor<Int64>([.min, 7]))),
            ("uint8", StoredArray(Tensor<UInt8>([0, 255], shape: [1, 2]))),
        ], metadata: ["format": "pt", "line": "a\nb\u{1}"])

    @Test func everyArrayReadsBack() throws {
        let sample = Self.sample
        let restored = try Safetensors(bytes: sample.bytes())
        #expect(restored.arrays.map(\.name) == sample.arrays.map(\.name))
        #expect(restored.arrays.map(\.array.elementType) == sample.arrays.map(\.array.elementType))
        #expect(restored.arrays.map(\.array.shape) == sample.arrays.map(\.array.shape))
        #expect(restored.arrays.map(\.array.bytes) == sample.arrays.map(\.array.bytes))
        #expect(restored.metadata == sample.metadata)
        #expect(restored["scalar"]?.tensor == .double(Tensor(0.1)))
        #expect(restored["half"]?.tensor == nil)
        #expect(restored["half"].map(Tensor.init(converting:)) == Tensor<Float>([1.5, -2, 65504]))
        #expect(try restored.bytes() == sample.bytes())
    }

    @Test func bytesAreAsTheFormatSays() throws {
        let arrays = [(name: "x", array: StoredArray(Tensor<UInt8>([9]))), (name: "y", array: StoredArray(Tensor<Float>([1])))]
        let header = #"{"x":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
        let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        #expect(try Safetensors(arrays: arrays).bytes() == safetensorsFile(padded, dataSize: 0) + [0, 0, 0x80, 0x3f, 9])
    }

    @Test func readsWhatOthersWrite() throws {
        let header = #"""
            { "__metadata__" : {"a":"A\/\u00e9\ud83d\ude00"},
              "b":{"data_offsets":[4,6],"shape":[2],"dtype":"BOOL"}, "a":{"dtype":"I32","shape":[],"data_offsets":[0,4]} }
            """#
        let content = try Safetensors(bytes: safetensorsFile(String(header.drop { $0 == " " }), dataSize: 6))
        #expect(content.arrays.map(\.name) == ["b", "a"])
        #expect(content["a"]?.tensor == .int32(Tensor(0x0302_0100)))
        #expect(content["b"]?.tensor == .bool(Tensor([true, true])))
        #expect(content.metadata == ["a": "A/é😀"])
        #expect(try Safetensors(bytes: safetensorsFile("{}", dataSize: 0)).arrays.isEmpty)
    }

    @Test func everyTypeOfTheReferenceImplementation() throws {
        let content = try Safetensors(path: ReferenceFile.path("types.safetensors"))
        #expect(Set(content.arrays.map(\.name)) == Set(ReferenceFile.torchTypes.map { "\($0)" }))
        for type in ReferenceFile.torchTypes {
            let array = try content.array(named: "\(type)")
            #expect(array.elementType == type)
            #expect(Tensor(converting: array) == ReferenceFile.numbers(type))
        }
        #expect(content.metadata == ["format": "pt", "note": "a \"quoted\" é"])
    }

    @Test func parametersReadBackFromAFile() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path
        let values = ParameterValues([("a.w", Tensor<Float>([1, 2], shape: [2, 1])), ("b", Tensor<Float>([3]))])
        try Safetensors(values).write(to: path)
        let restored = try Safetensors(path: path)
        // The file's pages stay while an array is held, whatever becomes of its name.
        try FileManager.default.removeItem(atPath: path)
        #expect(restored.parameterValues() == values)
        #expect(restored.parameterValues(prefix: "a.").names == ["w"])
    }

    @Test func aMappedFileIsNotCopied() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path
        let count = 1 << 20
        try Safetensors(arrays: [("x", StoredArray(Tensor(repeating: 1 as Float, shape: [count])))]).write(to: path)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        // Others may use tensors meanwhile, but not of this size again and again.
        let growth = try (0..<5).map { _ in
            let before = TensorMemory.bytesInUse
            let content = try Safetensors(path: path)
            let growth = TensorMemory.bytesInUse - before
            #expect(content["x"]?.shape == [count])
            return growth
        }
        #expect(growth.min()! < count)
    }
}
