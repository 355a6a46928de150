import DMTestSupport
import Testing

@Suite("onnx-conformance")
struct CommandTests {
    private let folder = CaseFolder()

    @Test("explains itself")
    func help() throws {
        let run = try ExampleRun(of: "onnx-conformance", arguments: ["--help"])
        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(run.lines.first == "Usage: onnx-conformance FOLDER")
    }

    @Test("answers wrong use with one line", arguments: [[], ["a", "b"], ["--fast"], ["/no/such/folder"]])
    func wrongUse(arguments: [String]) throws {
        let run = try ExampleRun(of: "onnx-conformance", arguments: arguments)
        #expect(run.status == 2 && run.lines.isEmpty && run.errors.count == 1)
    }

    @Test("ends with the counts, and without success where a case fails")
    func counts() throws {
        try folder.writeSum("a")
        try folder.writeSum("b", operation: "LSTM")
        let good = try ExampleRun(of: "onnx-conformance", arguments: [folder.path])
        #expect(good.status == 0 && good.lines.last == "1 passed, 0 failed, 1 unsupported")
        try folder.writeSum("c", expecting: [0, 0, 0])
        let bad = try ExampleRun(of: "onnx-conformance", arguments: [folder.path])
        #expect(bad.status == 1 && bad.lines.last == "1 passed, 1 failed, 1 unsupported")
    }

    @Test("goes on behind a case that stops the program")
    func stoppingCase() throws {
        try folder.writeSum("a")
        try folder.write(
            "b", model: modelFile("Add"), inputs: [tensorFile([1, 2], shape: [2]), tensorFile([1, 2, 3], shape: [3])],
            outputs: [tensorFile([1], shape: [1])])
        try folder.writeSum("c")
        let run = try ExampleRun(of: "onnx-conformance", arguments: [folder.path])
        #expect(run.status == 1 && run.lines.last == "2 passed, 1 failed, 0 unsupported")
        #expect(run.lines.contains { $0.hasPrefix("failed: b: stops the program") && $0.hasSuffix("cannot add the shapes [2] and [3]") })
    }
}
