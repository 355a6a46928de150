import Foundation

/// One run of an executable of this package, to its end.
struct ExampleRun {
    /// The exit status; 0 is success.
    let status: Int32
    /// What was printed to the standard output, line by line.
    let lines: [String]

    /// Runs the executable that was built beside these tests.
    init(of name: String, arguments: [String] = []) throws {
        let process = Process()
        process.executableURL = Bundle.main.executableURL?.deletingLastPathComponent().appending(path: name)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
        lines = text.split(separator: "\n").map(String.init)
    }
}
