import Foundation

/// Wrong shapes stop a program that uses the library. A model from outside may have any shapes, so its cases run in a
/// process of their own: where it stops, the case has failed, and another process goes on with the next one.
extension ConformanceSuite {
    /// Runs every case of a folder in other processes.
    ///
    /// - Parameters:
    ///   - folder: Holds a folder for each case.
    ///   - worker: The arguments of this program with which it runs `work(folder:from:)` from a given case on.
    /// - Throws: An error where the folder cannot be read or holds no case, or no process can be started.
    public init(folder: String, worker: (Int) -> [String]) throws {
        let names = try ConformanceSuite.caseNames(in: folder)
        var reports: [CaseReport] = []
        while reports.count < names.count {
            let (found, message) = try ConformanceSuite.run(worker(reports.count))
            reports += found
            if reports.count < names.count {
                let reason = "stops the program" + (message.isEmpty ? "" : ": \(message)")
                reports.append(CaseReport(name: names[reports.count], operators: [], outcome: .failed(reason)))
            }
        }
        self.init(reports: reports)
    }

    /// Runs cases in this process and prints a line of JSON for each.
    public static func work(folder: String, from first: Int) throws {
        let encoder = JSONEncoder()
        _ = try ConformanceSuite(folder: folder, from: first) { report in
            FileHandle.standardOutput.write(try encoder.encode(report) + Data("\n".utf8))
        }
    }

    /// The reports of one process, and why it stopped.
    private static func run(_ arguments: [String]) throws -> ([CaseReport], message: String) {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let lines = try output.fileHandleForReading.readToEnd() ?? Data()
        let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let decoder = JSONDecoder()
        // A process that stops while it writes leaves a line that cannot be read, the last one: its case counts as stopped.
        var reports: [CaseReport] = []
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            guard let report = try? decoder.decode(CaseReport.self, from: line) else { break }
            reports.append(report)
        }
        // "File.swift:17: Fatal error: cannot add ...", and addresses behind it.
        let stop = message.split(separator: "\n").first { $0.contains("Fatal error: ") }
        return (reports, stop.map { String($0.components(separatedBy: "Fatal error: ")[1]) } ?? "")
    }
}
