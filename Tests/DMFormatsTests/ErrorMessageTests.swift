import DMFormats
import DMTensors
import Testing

@Suite("Messages about files")
struct ErrorMessageTests {
    private static let name = "a\nb\u{1B}[2J" + String(repeating: "x", count: 10_000)

    @Test(
        "a message is one line of some length, whatever a file calls its arrays",
        arguments: [
            SafetensorsError.duplicateName(name), SafetensorsError.unknownType(array: name, type: name),
            SafetensorsError.arrayNotFound(name),
            SafetensorsError.sizeMismatch(array: name, expected: 1, found: 2), ZipError.duplicateName(name),
            ZipError.encrypted(entry: name),
            ZipError.impossibleSize(entry: name, announced: 1, compressed: 0), NumPyFileError.duplicateName(name),
            NumPyFileError.unsupportedType(name), NumPyFileError.sizeOverflow(shape: Array(repeating: 1, count: 20_000)),
            PyTorchFileError.duplicateName(name), PyTorchFileError.missingEntry(name), PyTorchFileError.unknownByteOrder(name),
            PyTorchFileError.unsupportedTensor(name: name, reason: "x"),
            PyTorchFileError.storageMismatch(storage: name, expected: "x", found: "y"),
            PyTorchFileError.tensorOutOfStorage(tensor: name, shape: [1], strides: [0], offset: 0, storageCount: 0),
        ] as [any Error])
    func oneLine(error: any Error) {
        let message = "\(error)"
        #expect(message.count < 600 && !message.contains { $0.isNewline || $0 == "\u{1B}" }, "\(message)")
    }

    @Test("so is one that the reader makes up", arguments: ["\\n", "\\u001b"])
    func headers(escape: String) throws {
        let json = #"{"a\#(escape)": {"dtype": "U8", "x\#(escape)": 1}}"#
        let bytes = [UInt8(json.utf8.count)] + [UInt8](repeating: 0, count: 7) + Array(json.utf8)
        let error = #expect(throws: SafetensorsError.self) { try Safetensors(bytes: bytes) }
        let message = try #require(error.map { "\($0)" })
        #expect(message.hasSuffix("expected dtype, shape or data_offsets, not 'x\\u{\(escape == "\\n" ? "a" : "1b")}'"), "\(message)")
    }

    @Test func paths() {
        #expect("\(FileError(operation: "open", path: "a\nb", reason: "x"))" == "cannot open 'a\\u{a}b': x")
    }
}
