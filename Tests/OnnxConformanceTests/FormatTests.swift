import OnnxConformance
import Testing

/// Bytes from outside are read within their bounds or refused.
@Suite("ONNX's format")
struct FormatTests {
    @Test("a model that is cut off anywhere is refused or has lost its end")
    func truncated() {
        let model = modelFile("Add")
        var refused = 0
        for length in model.indices {
            do { _ = try OnnxModel(Array(model[..<length])) } catch { refused += 1 }
        }
        #expect(refused >= model.count - 8)
        #expect(throws: Never.self) { try OnnxModel(model) }
    }

    @Test("random changes neither stop the program nor fill the memory")
    func mutated() {
        let model = modelFile("Add"), tensor = tensorFile([1, 2, 3, 4, 5, 6], shape: [2, 3])
        var state: UInt64 = 1
        func random(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        var refused = 0
        for _ in 0..<20_000 {
            var (model, tensor) = (model, tensor)
            for _ in 0..<1 + random(3) {
                model[random(model.count)] = UInt8(random(256))
                tensor[random(tensor.count)] = UInt8(random(256))
            }
            do { _ = try OnnxModel(model) } catch { refused += 1 }
            do { _ = try OnnxTensor(tensor[...]) } catch { refused += 1 }
        }
        print("ONNX format: 40000 mutations, \(refused) refused")
        #expect(refused > 10_000)
    }

    @Test("shapes whose product overflows, or with more axes than there are, are refused")
    func overflow() {
        for shape in [[1 << 40, 1 << 40], [1 << 62, 4, 0], [-1], Array(repeating: 1, count: 65)] {
            #expect(throws: OnnxFormatError.self) { try OnnxTensor(tensorFile([1], shape: shape)[...]) }
        }
        #expect(throws: Never.self) { try OnnxTensor(tensorFile([], shape: [0, 5])[...]) }
    }

    @Test("faults name the message, the byte and what is wrong")
    func faults() {
        #expect(throws: OnnxFormatError(message: "TensorProto", offset: 1, fault: "a field of the unknown wire type 3")) {
            try OnnxTensor([0x0B][...])
        }
        #expect(throws: OnnxFormatError(message: "TensorProto", offset: 1, fault: "a field has the number 0")) {
            try OnnxTensor([0x00, 0x00][...])
        }
        #expect(throws: OnnxFormatError(message: "TensorProto", offset: 2, fault: "a field of 9 bytes where 1 are left")) {
            try OnnxTensor([0x4A, 9, 0][...])
        }
        #expect(throws: OnnxFormatError(message: "TensorProto", offset: 11, fault: "a number has more than 64 bits")) {
            try OnnxTensor([0x10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1][...])
        }
    }
}
