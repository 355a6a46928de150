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

private func error(_ bytes: [UInt8]) -> SafetensorsError? {
    do throws(SafetensorsError) {
        _ = try Safetensors(bytes: bytes)
        return nil
    } catch {
        return error
    }
}

private func error(_ header: String, dataSize: Int) -> SafetensorsError? { error(safetensorsFile(header, dataSize: dataSize)) }

private func entry(_ type: String, _ shape: String, _ from: Int, _ to: Int) -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(from),\#(to)]}"#
}

/// The kinds of error of the reference implementation, each beside ours.
@Suite struct SafetensorsErrorTests {
    private let x = "\"x\":\(entry("F32", "[2]", 0, 8))"

    @Test("HeaderTooSmall") func headerTooSmall() {
        #expect(error([]) == .headerTooSmall(found: 0))
        #expect(error([1, 2, 3]) == .headerTooSmall(found: 3))
    }

    @Test("HeaderTooLarge, at the limit and one above") func headerTooLarge() {
        let limit = Safetensors.maximumHeaderSize
        let announcing = { (size: UInt64) in (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } }
        #expect(error(announcing(limit + 1)) == .headerTooLarge(limit + 1))
        #expect(error(announcing(limit)) == .truncated(expected: Int(limit) + 8, found: 8))
        #expect(error(announcing(.max)) == .headerTooLarge(.max))
    }

    @Test("InvalidHeaderLength") func invalidHeaderLength() {
        let bytes = safetensorsFile("{\(x)}", dataSize: 8)
        #expect(error(Array(bytes[..<20])) == .truncated(expected: bytes.count - 8, found: 20))
    }

    @Test("InvalidHeader") func invalidHeader() {
        let bytes: [UInt8] = [5, 0, 0, 0, 0, 0, 0, 0, UInt8(ascii: "{"), UInt8(ascii: "\""), 0xff, UInt8(ascii: "\""), UInt8(ascii: "}")]
        #expect(error(bytes) == .headerNotUTF8)
    }

    @Test("InvalidHeaderStart") func invalidHeaderStart() {
        #expect(error("", dataSize: 0) == .invalidHeaderStart(found: nil))
        #expect(error(" {}", dataSize: 0) == .invalidHeaderStart(found: 32))
        #expect(error("[]", dataSize: 0) == .invalidHeaderStart(found: 91))
    }

    @Test(
        "InvalidHeaderDeserialization",
        arguments: [
            "{", "{}x", #"{"x"}"#, #"{"x":1}"#, #"{"x":{}}"#, #"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0]}}"#,
            #"{"x":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, #"{"x":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}"#,
            #"{"x":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, #"{"x":{"dtype":1,"shape":[1],"data_offsets":[0,1]}}"#,
            #"{"x":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}"#, #"{"x\"#, #"{"\q":{}}"#, #"{"\ud800":{}}"#,
            #"{"\ud800\u0041":{}}"#, #"{"\u00g0":{}}"#, #"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}}"#,
            #"{"__metadata__":{"a":1}}"#, "{\"a\nb\":{}}", #"{,}"#, #"{"x":{"dtype":"U8","shape":[1,],"data_offsets":[0,1]}}"#,
        ])
    func invalidHeaderDeserialization(header: String) throws {
        guard case .malformedHeader = try #require(error(header, dataSize: 1)) else {
            Issue.record("\(header): \(String(describing: error(header, dataSize: 1)))")
            return
        }
    }

    @Test("InvalidHeaderDeserialization: unknown types and equal keys") func typesAndNames() {
        #expect(error("{\"x\":\(entry("F33", "[1]", 0, 4))}", dataSize: 4) == .unknownType(array: "x", type: "F33"))
        #expect(error("{\"x\":\(entry("F8_E4M3", "[2]", 0, 2))}", dataSize: 2) == .unsupportedType(array: "x", type: "F8_E4M3"))
        #expect(error("{\(x),\(x)}", dataSize: 8) == .duplicateName("x"))
        #expect(
            error(#"{"x":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, dataSize: 1) == .duplicateName("x.dtype"))
        #expect(error(#"{"__metadata__":{"a":"1","a":"2"}}"#, dataSize: 0) == .duplicateName("a"))
    }

    @Test("TensorNotFound") func tensorNotFound() throws {
        let content = try Safetensors(bytes: safetensorsFile("{\(x)}", dataSize: 8))
        #expect(try content.array(named: "x").shape == [2])
        #expect(throws: SafetensorsError.arrayNotFound("y")) { try content.array(named: "y") }
    }

    @Test("TensorInvalidInfo") func tensorInvalidInfo() {
        #expect(error("{\"x\":\(entry("F32", "[2]", 0, 4))}", dataSize: 4) == .sizeMismatch(array: "x", expected: 8, found: 4))
        #expect(error("{\"x\":\(entry("F16", "[2]", 0, 3))}", dataSize: 3) == .sizeMismatch(array: "x", expected: 4, found: 3))
    }

    @Test("InvalidOffset") func invalidOffset() {
        let x = "\"x\":\(entry("U8", "[4]", 0, 4))"
        #expect(error("{\(x),\"y\":\(entry("U8", "[4]", 2, 6))}", dataSize: 6) == .overlap(array: "y"))
        #expect(error("{\(x),\"y\":\(entry("U8", "[4]", 0, 4))}", dataSize: 4) == .overlap(array: "y"))
        #expect(error("{\(x),\"y\":\(entry("U8", "[4]", 5, 9))}", dataSize: 9) == .hole(offset: 4))
        #expect(error("{\"x\":\(entry("U8", "[4]", 4, 0))}", dataSize: 4) == .invalidRange(array: "x", from: 4, to: 0))
        #expect(error("{\(x)}", dataSize: 3) == .invalidRange(array: "x", from: 0, to: 4))
    }

    @Test("MetadataIncompleteBuffer") func metadataIncompleteBuffer() {
        #expect(error("{\(x)}", dataSize: 9) == .uncoveredBytes(offset: 8, count: 1))
    }

    @Test("ValidationOverflow") func validationOverflow() {
        for shape in ["[4294967296,4294967296]", "[9223372036854775807]", "[0,4294967296,4294967296]"] {
            #expect(error("{\"x\":\(entry("F64", shape, 0, 4))}", dataSize: 4) == .sizeOverflow(array: "x"))
        }
    }

    @Test("InvalidTensorView") func invalidTensorView() throws {
        #expect(throws: StoredArrayError.sizeMismatch(expected: 6, found: 5)) {
            try StoredArray(.bfloat16, shape: [3], bytes: [0, 1, 2, 3, 4])
        }
        #expect(throws: StoredArrayError.invalidShape([.max, 2])) { try StoredArray(.uint8, shape: [.max, 2], bytes: []) }
        #expect(throws: StoredArrayError.invalidShape([-1])) { try StoredArray(.uint8, shape: [-1], bytes: []) }
        #expect(try Tensor<Float>(converting: StoredArray(.bfloat16, shape: [2], bytes: [0x80, 0x3f, 0, 0xc0])) == Tensor([1, -2]))
    }

    @Test("Names that look alike and have other bytes are two") func namesThatLookAlike() throws {
        let arrays = [(name: "\u{e9}", array: StoredArray(Tensor<Float>(1))), (name: "e\u{301}", array: StoredArray(Tensor<Float>(2)))]
        for file in [try Safetensors(bytes: Safetensors(arrays: arrays).bytes())] {
            #expect(file["\u{e9}"].map(Tensor.init(converting:)) == Tensor<Float>(1))
            #expect(file["e\u{301}"].map(Tensor.init(converting:)) == Tensor<Float>(2))
            #expect(file.parameterValues()["e\u{301}"] == Tensor(2))
        }
        let torch = try PyTorchFile(bytes: PyTorchFile.bytes(arrays))
        #expect(torch["e\u{301}"].map(Tensor.init(converting:)) == Tensor<Float>(2))
        let archive = try NumPyArchive(bytes: NumPyArchive.bytes(arrays))
        #expect(try Tensor<Float>(converting: archive.array(named: "e\u{301}")) == Tensor(2))
        #expect(throws: SafetensorsError.duplicateName("\u{e9}")) { try Safetensors(arrays: [arrays[0], arrays[0]]).bytes() }
    }

    @Test("JsonError: names that cannot be written") func unwritableNames() throws {
        let one = StoredArray(Tensor<UInt8>(1))
        #expect(throws: SafetensorsError.duplicateName("x")) { try Safetensors(arrays: [("x", one), ("x", one)]).bytes() }
        #expect(throws: SafetensorsError.reservedName) { try Safetensors(arrays: [("__metadata__", one)]).bytes() }
    }

    @Test("IoError") func ioError() {
        #expect {
            try Safetensors(path: "/nowhere/x.safetensors")
        } throws: {
            "\($0)" == "cannot open '/nowhere/x.safetensors': No such file or directory"
        }
        #expect(throws: SafetensorsError.file(FileError(operation: "read", path: "/", reason: "it is a folder; expected a file"))) {
            try Safetensors(path: "/")
        }
        #expect(throws: SafetensorsError.file(FileError(operation: "read", path: "/dev/null", reason: "it is a device; expected a file"))) {
            try Safetensors(path: "/dev/null")
        }
        #expect(throws: SafetensorsError.self) { try Safetensors().write(to: "/nowhere/x.safetensors") }
    }
}
