import OnnxConformance
import Testing

@Suite("The runner of ONNX cases")
struct SuiteTests {
    private let folder = CaseFolder()

    private func outcome(_ name: String) throws -> CaseOutcome {
        let reports = try ConformanceSuite(folder: folder.path).reports
        return try #require(reports.first { $0.name == name }).outcome
    }

    private func reason(_ outcome: CaseOutcome) -> String {
        switch outcome {
        case .passed: ""
        case .failed(let reason), .unsupported(let reason): reason
        }
    }

    @Test("passes results that are close enough")
    func passes() throws {
        try folder.writeSum("exact")
        try folder.writeSum("close", expecting: [11.01, 22, 33])
        #expect(try outcome("exact") == .passed)
        #expect(try outcome("close") == .passed)
    }

    @Test("fails results that differ, and says where")
    func fails() throws {
        try folder.writeSum("value", expecting: [11, 22.1, 33])
        try folder.writeSum("shape", expecting: [11, 22, 33], shape: [1, 3])
        #expect(try outcome("value") == .failed("z: 1 of 3 elements differ: element 1 is 22.0, not 22.100000381469727"))
        #expect(try outcome("shape") == .failed("z: the shape is [3], not [1, 3]"))
    }

    @Test("calls what it does not know unsupported")
    func unsupported() throws {
        try folder.writeSum("unknown", operation: "Frobnicate")
        try folder.writeSum("absent", operation: "LSTM")
        #expect(try outcome("unknown") == .unsupported("Frobnicate: an operator that is not known"))
        #expect(try outcome("absent") == .unsupported("LSTM: recurrent networks are not part of the library"))
    }

    @Test("fails files that are no ONNX messages, and says where")
    func broken() throws {
        let (x, y, z) = (tensorFile([1], shape: [1]), tensorFile([2], shape: [1]), tensorFile([3], shape: [1]))
        try folder.write("garbage", model: [0xFF, 0xFF], inputs: [x, y], outputs: [z])
        try folder.write("empty", model: [], inputs: [x, y], outputs: [z])
        try folder.write("elements", model: modelFile("Add"), inputs: [x, tensorFile([2, 3], shape: [3])], outputs: [z])
        try folder.write("operands", model: modelFile("Add"), inputs: [x], outputs: [z])
        try folder.write("outputs", model: modelFile("Add"), inputs: [x, y], outputs: [])
        #expect(reason(try outcome("garbage")) == "ModelProto, byte 2: a number is cut off")
        #expect(reason(try outcome("empty")) == "ModelProto, byte 0: a model without a graph")
        #expect(reason(try outcome("elements")).contains("8 bytes for 3 elements of 4"))
        #expect(reason(try outcome("operands")) == "Add reads 'y', which nothing makes")
        #expect(reason(try outcome("outputs")) == "0 outputs are expected of a model that has 1")
    }

    @Test("counts by outcome and lists by operator")
    func text() throws {
        try folder.writeSum("a")
        try folder.writeSum("b", operation: "Sub")
        try folder.writeSum("c", operation: "LSTM")
        let suite = try ConformanceSuite(folder: folder.path)
        #expect(suite.summary == "1 passed, 1 failed, 1 unsupported")
        let lines = suite.text.split(separator: "\n")
        #expect(lines.count == 7 && lines.last == "1 passed, 1 failed, 1 unsupported")
        #expect(lines[1].split(separator: " ") == ["Add", "1", "0", "0"])
        #expect(lines[4].hasPrefix("failed: b: z: 3 of 3 elements differ"))
    }

    @Test("refuses a folder without cases")
    func folders() throws {
        #expect(throws: ConformanceSuite.FolderError(description: "cannot read the folder '/no/such/folder'")) {
            try ConformanceSuite(folder: "/no/such/folder")
        }
        try folder.write("x", model: [], inputs: [], outputs: [])
        #expect(throws: ConformanceSuite.FolderError.self) { try ConformanceSuite(folder: folder.path + "/x") }
    }
}
