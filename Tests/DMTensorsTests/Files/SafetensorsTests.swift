import DMTensors
import Foundation
import Testing

/// A file with the given header and that many bytes of data: 0, 1, 2, ...
private func file(_ header: String, dataSize: Int) -> [UInt8] {
    let json = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json + (0..<dataSize).map { UInt8($0 % 256) }
}

private func error(_ bytes: [UInt8]) -> SafetensorsError? {
    do throws(SafetensorsError) {
        _ = try Safetensors(bytes: bytes)
        return nil
    } catch {
        return error
    }
}

private func error(_ header: String, dataSize: Int) -> SafetensorsError? { error(file(header, dataSize: dataSize)) }

private let sample = Safetensors(
    arrays: [
        ("bool", .bool(Tensor([true, false, true]))),
        ("float", .float(Tensor([1.5, -0.25, .infinity, .leastNonzeroMagnitude], shape: [2, 2]))),
        ("scalar", .double(Tensor(0.1))),
        ("empty", .int32(Tensor([], shape: [0, 3]))),
        ("int32", .int32(Tensor([-1, .max]))),
        ("quoted \"\\\n é", .int64(Tensor([.min, 7]))),
        ("uint8", .uint8(Tensor([0, 255], shape: [1, 2]))),
    ], metadata: ["format": "pt", "line": "a\nb\u{1}"])

private let entry = #""x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

@Suite struct SafetensorsTests {
    @Test func everyScalarReadsBack() throws {
        let restored = try Safetensors(bytes: sample.bytes())
        #expect(restored.arrays.map(\.name) == sample.arrays.map(\.name))
        #expect(restored.arrays.map(\.array) == sample.arrays.map(\.array))
        #expect(restored.metadata == sample.metadata)
        #expect(restored["scalar"] == .double(Tensor(0.1)))
        #expect(try restored.bytes() == sample.bytes())
    }

    @Test func bytesAreAsTheFormatSays() throws {
        let bytes = try Safetensors(arrays: [("x", .uint8(Tensor([9]))), ("y", .float(Tensor([1])))]).bytes()
        let header = #"{"x":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
        let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        #expect(bytes == file(padded, dataSize: 0) + [0, 0, 0x80, 0x3f, 9])
    }

    @Test func readsWhatOthersWrite() throws {
        let header = #"""
            { "__metadata__" : {"a":"A\/\u00e9\ud83d\ude00"},
              "b":{"data_offsets":[4,6],"shape":[2],"dtype":"BOOL"}, "a":{"dtype":"I32","shape":[],"data_offsets":[0,4]} }
            """#
        let content = try Safetensors(bytes: file(String(header.drop { $0 == " " }), dataSize: 6))
        #expect(content.arrays.map(\.name) == ["b", "a"])
        #expect(content["a"] == .int32(Tensor(0x0302_0100)))
        #expect(content["b"] == .bool(Tensor([true, true])))
        #expect(content.metadata == ["a": "A/é😀"])
        #expect(try Safetensors(bytes: file("{}", dataSize: 0)).arrays.isEmpty)
    }

    @Test func parametersReadBackFromAFile() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path
        let values = ParameterValues([("w", Tensor<Float>([1, 2], shape: [2, 1])), ("b", Tensor<Float>([3]))])
        try Safetensors(values).write(to: path)
        #expect(try Safetensors(path: path).parameterValues() == values)
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: SafetensorsError.unsupportedType(array: "bool", type: "BOOL")) { try sample.parameterValues() }
    }
}

@Suite struct SafetensorsErrorTests {
    @Test func sizesOfTheFile() throws {
        #expect(error([1, 2, 3]) == .truncated(expected: 8, found: 3))
        #expect(error("{\(entry)}", dataSize: 7) == .invalidRange(array: "x", from: 0, to: 8))
        #expect(error("{\(entry)}", dataSize: 9) == .hole(offset: 8))
        let bytes = file("{\(entry)}", dataSize: 8)
        #expect(error(Array(bytes[..<20])) == .truncated(expected: bytes.count - 8, found: 20))
        let limit = Safetensors.maximumHeaderSize
        let announcing = { (size: UInt64) in (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } }
        #expect(error(announcing(limit + 1)) == .headerTooLarge(limit + 1))
        #expect(error(announcing(limit)) == .truncated(expected: Int(limit) + 8, found: 8))
        #expect(error(announcing(.max)) == .headerTooLarge(.max))
    }

    @Test func layoutOfTheData() {
        let x = #""x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}"#
        #expect(error(#"{\#(x),"y":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#, dataSize: 6) == .overlap(array: "y"))
        #expect(error(#"{\#(x),"y":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}}"#, dataSize: 9) == .hole(offset: 4))
        #expect(
            error(#"{"x":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}"#, dataSize: 4) == .invalidRange(array: "x", from: 4, to: 0))
        #expect(
            error(#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, dataSize: 4)
                == .sizeMismatch(array: "x", expected: 8, found: 4))
        #expect(
            error(#"{"x":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, dataSize: 4)
                == .sizeOverflow(array: "x"))
    }

    @Test func typesAndNames() throws {
        #expect(
            error(#"{"x":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#, dataSize: 4) == .unknownType(array: "x", type: "F33"))
        #expect(
            error(#"{"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}"#, dataSize: 4)
                == .unsupportedType(array: "x", type: "BF16"))
        #expect(error("{\(entry),\(entry)}", dataSize: 8) == .duplicateName("x"))
        #expect(
            error(#"{"x":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, dataSize: 1) == .duplicateName("x.dtype"))
        #expect(error(#"{"__metadata__":{"a":"1","a":"2"}}"#, dataSize: 0) == .duplicateName("a"))
        let one = AnyTensor.uint8(Tensor(1))
        #expect(throws: SafetensorsError.duplicateName("x")) { try Safetensors(arrays: [("x", one), ("x", one)]).bytes() }
        #expect(throws: SafetensorsError.reservedName) { try Safetensors(arrays: [("__metadata__", one)]).bytes() }
    }

    @Test(arguments: [
        "", " {}", "[]", "{", "{}x", #"{"x"}"#, #"{"x":1}"#, #"{"x":{}}"#, #"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0]}}"#,
        #"{"x":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, #"{"x":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}"#,
        #"{"x":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, #"{"x":{"dtype":1,"shape":[1],"data_offsets":[0,1]}}"#,
        #"{"x":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}"#, #"{"x\"#, #"{"\q":{}}"#, #"{"\ud800":{}}"#,
        #"{"\ud800\u0041":{}}"#, #"{"\u00g0":{}}"#, #"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}}"#,
        #"{"__metadata__":{"a":1}}"#, "{\"a\nb\":{}}", #"{,}"#, #"{"x":{"dtype":"U8","shape":[1,],"data_offsets":[0,1]}}"#,
    ])
    func malformedHeaders(header: String) throws {
        guard case .malformedHeader = try #require(error(header, dataSize: 1)) else {
            Issue.record("\(header): \(String(describing: error(header, dataSize: 1)))")
            return
        }
    }

    @Test func namesAreUTF8() {
        let bytes: [UInt8] = [5, 0, 0, 0, 0, 0, 0, 0, UInt8(ascii: "{"), UInt8(ascii: "\""), 0xff, UInt8(ascii: "\""), UInt8(ascii: "}")]
        #expect(error(bytes) == .malformedHeader(offset: 4, expected: "UTF-8"))
    }

    @Test func missingFilesAreNamed() {
        #expect {
            try Safetensors(path: "/nowhere/x.safetensors")
        } throws: {
            "\($0)" == "cannot open '/nowhere/x.safetensors': No such file or directory"
        }
    }

    @Test func damagedBytesNeverStopTheProgram() throws {
        let bytes = try sample.bytes()
        var state: UInt64 = 1
        func random(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var refused = 0
        for _ in 0..<5_000 {
            var damaged = bytes
            for _ in 0...random(below: 3) { damaged[random(below: damaged.count)] = UInt8(random(below: 256)) }
            if random(below: 4) == 0 { damaged.removeLast(random(below: damaged.count)) }
            if error(damaged) != nil { refused += 1 }
        }
        #expect(refused > 3_000)
    }
}
