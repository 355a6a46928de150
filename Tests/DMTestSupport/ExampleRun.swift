import Foundation

/// One run of an executable of this package, to its end.
package struct ExampleRun {
    /// The exit status; 0 is success.
    package let status: Int32
    /// What was printed to the standard output, line by line.
    package let lines: [String]
    /// What was printed to the standard error, line by line.
    package let errors: [String]

    /// Runs the executable that was built beside these tests.
    package init(of name: String, arguments: [String] = []) throws {
        let process = Process()
        process.executableURL = Bundle.main.executableURL?.deletingLastPathComponent().appending(path: name)
        process.arguments = arguments
        let (output, errorOutput) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errorOutput
        try process.run()
        lines = try Self.lines(of: output)
        errors = try Self.lines(of: errorOutput)
        process.waitUntilExit()
        status = process.terminationStatus
    }

    private static func lines(of pipe: Pipe) throws -> [String] {
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
