import DMFormats
import DMTensors
package import Foundation

/// A file of records, one JSON object per line (JSON Lines), by convention `records.jsonl`.
///
/// ```swift
/// let records = RecordWriter(path: "runs/demo/records.jsonl")
/// try records.keep(upToStep: 200)     // on resuming at step 200
/// try records.append(report)
/// ```
///
/// Each line has been handed to the system when `append` returns, so a run that is killed keeps all its records.
public struct RecordWriter: Sendable {
    /// The path of the file.
    public let path: String

    /// A writer to a file, which the first record creates.
    public init(path: String) { self.path = path }

    /// Adds a record as a line.
    ///
    /// - Parameter record: A value that is encoded as an object; its `step`, where it has one, orders it.
    /// - Throws: `FileError` where the system refuses, `EncodingError` where the record cannot be encoded.
    public func append(_ record: some Encodable) throws {
        try FileBytes.append(Array(JSONEncoder.singleLine.encode(record)) + [UInt8(ascii: "\n")], to: path)
    }

    /// Drops the records of later steps, and a line that was cut off, before a run resumes.
    ///
    /// - Parameter step: The number of steps that the resumed run has taken; 0 drops every record of a step.
    /// - Throws: `FileError` where the system refuses.
    public func keep(upToStep step: Int) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let bytes = try FileBytes.read(path)
        var kept = 0
        while let end = bytes[kept...].firstIndex(of: UInt8(ascii: "\n")), Self.isRecord(bytes[kept..<end], upToStep: step) {
            kept = end + 1
        }
        if kept < bytes.count { try AtomicFile.write(Array(bytes[..<kept]), to: path) }
    }

    private static func isRecord(_ line: ArraySlice<UInt8>, upToStep step: Int) -> Bool {
        do {
            return try JSONDecoder().decode(RecordStep.self, from: Data(line)).step ?? 0 <= step
        } catch {
            return false
        }
    }
}

/// The one field of a record that places it in the run.
private struct RecordStep: Decodable {
    var step: Int?
}

extension JSONEncoder {
    /// Writes JSON for people: indented, keys sorted, numbers that are not finite as strings.
    package static var readable: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    /// Writes JSON without line breaks, keys sorted, numbers that are not finite as strings.
    fileprivate static var singleLine: JSONEncoder {
        let encoder = readable
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension JSONDecoder {
    /// Reads what ``Foundation/JSONEncoder/readable`` writes.
    package static var readable: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}
