public import DMFormats
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
/// Each line has been handed to the system when `append` returns, so a run that is killed keeps all its records; after
/// `synchronize` so does a computer that loses its power.
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

    /// Forces all records to the disk: after this they survive the computer's end as well.
    ///
    /// - Throws: `FileError` where the system refuses.
    public func synchronize() throws(FileError) {
        if FileKind(ofPath: path) != nil { try FileBytes.append([], to: path, isForced: true) }
    }

    /// What a file of records held when a run went on.
    public struct Kept: Sendable, Equatable {
        /// The lines that were damaged and are dropped; the last one may be cut off, and does not count.
        public var damagedLines = 0
        /// The steps up to the one at which the run goes on that have no record.
        public var missingSteps = 0

        /// What a file of records held.
        package init(damagedLines: Int = 0, missingSteps: Int = 0) { (self.damagedLines, self.missingSteps) = (damagedLines, missingSteps) }

        /// What was lost, in words; nil where nothing was.
        public var warning: String? {
            let damaged = damagedLines > 0 ? "\(damagedLines) damaged lines are dropped" : nil
            let missing = missingSteps > 0 ? "\(missingSteps) steps have no record" : nil
            let parts = [damaged, missing].compactMap { $0 }
            return parts.isEmpty ? nil : parts.joined(separator: ", ")
        }
    }

    /// Drops the records of later steps, repeated ones and damaged lines before a run resumes.
    ///
    /// - Parameter step: The number of steps that the resumed run has taken; 0 drops every record of a step.
    /// - Returns: What was lost.
    /// - Throws: `FileError` where the system refuses.
    @discardableResult
    public func keep(upToStep step: Int) throws(FileError) -> Kept {
        guard FileKind(ofPath: path) != nil else { return Kept(missingSteps: step) }
        let bytes = try FileBytes.read(path)
        var kept = Kept()
        var lines: [UInt8] = []
        var seen: Set<RecordIdentity> = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let line = bytes[start..<(end ?? bytes.count)]
            start = (end ?? bytes.count) + 1
            guard end != nil, let record = RecordIdentity(line) else {
                // The last line of a killed run may be cut off.
                if start < bytes.count { kept.damagedLines += 1 }
                continue
            }
            guard record.step ?? 0 <= step, record.step == nil || seen.insert(record).inserted else { continue }
            lines += line + [UInt8(ascii: "\n")]
        }
        let steps = Set(seen.compactMap(\.step).filter { $0 > 0 })
        kept.missingSteps = step - steps.count
        if lines.count < bytes.count { try AtomicFile.write(lines, to: path) }
        return kept
    }

    /// Whether the file is one of records: nothing, or a line that is one.
    var isOfRecords: Bool {
        guard let bytes = try? FileBytes.read(path) else { return false }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        return line.isEmpty || RecordIdentity(line) != nil
    }
}

/// What tells a record from others: its step, and what it is a record of.
private struct RecordIdentity: Hashable {
    let step: Int?
    let keys: Set<String>

    /// The identity of a line, nil for one that is no JSON object or has a step that is no number.
    init?(_ line: ArraySlice<UInt8>) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else { return nil }
        let number = object["step"] as? NSNumber
        guard object["step"] == nil || number.map({ $0.doubleValue == Double($0.intValue) && $0.intValue >= 0 }) ?? false else {
            return nil
        }
        (step, keys) = (number?.intValue, Set(object.keys))
    }
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

/// What is wrong with a JSON text that was to be read as a value, in words.
///
/// - Parameter error: What `JSONDecoder` threw.
func jsonFault(_ error: any Error) -> String {
    func place(_ path: [any CodingKey], _ key: (any CodingKey)? = nil) -> String {
        let names = (path + [key].compactMap { $0 }).map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return shortened(names.hasPrefix(".") ? String(names.dropFirst()) : names.isEmpty ? "the whole" : names)
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context): return "there is no '\(place(context.codingPath, key))'"
    case DecodingError.valueNotFound(_, let context): return "'\(place(context.codingPath))' has no value"
    case DecodingError.typeMismatch(_, let context): return "'\(place(context.codingPath))' is of another kind than expected"
    case DecodingError.dataCorrupted(let context):
        let cause = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
        guard context.codingPath.isEmpty else { return "'\(place(context.codingPath))' has a value that is none of those expected" }
        return "it is not valid JSON" + (cause.map { ": \(shortened($0, to: 120))" } ?? "")
    default: return shortened("\(error)", to: 200)
    }
}
