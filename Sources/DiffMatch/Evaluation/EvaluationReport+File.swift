import DMFormats
import DMTensors
import Foundation

extension EvaluationReport {
    /// Writes the report as JSON, as a whole or not at all.
    ///
    /// - Parameter path: The file, `metrics.json` by custom.
    /// - Throws: `FileError` where the system refuses.
    public func write(to path: String) throws {
        try AtomicFile.write(Array(JSONEncoder.readable.encode(self)) + Array("\n".utf8), to: path)
    }

    /// Reads a report.
    ///
    /// - Throws: `FileError` for a missing file, `ReportError.malformed` for one that is no report.
    public init(path: String) throws {
        let bytes = try FileBytes.read(path)
        do {
            self = try JSONDecoder.readable.decode(EvaluationReport.self, from: Data(bytes))
        } catch {
            throw ReportError.malformed(path: path, reason: "\(error)")
        }
    }
}
