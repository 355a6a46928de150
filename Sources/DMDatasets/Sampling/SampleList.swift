import DMFormats
import DMTensors
import Foundation

/// A text file that names one sample a line: `image mask`, a path of an image, or an identifier.
///
/// The forms of UniMatch (`JPEGImages/a.jpg SegmentationClass/a.png`), U2PL (`a`, or `leftImg8bit/train/b/c.png`) and
/// CPS (`a`, or `/image<tab>/mask`) are all understood. Blank lines and spaces around a line are skipped, and lines may end
/// as on any system.
public struct SampleList: Sendable, Equatable {
    /// The file.
    public let path: String
    /// The lines that are not blank, without the spaces around them.
    public let entries: [Entry]

    /// One line.
    public struct Entry: Sendable, Equatable {
        /// The number of the line in the file, from 1.
        public let line: Int
        /// The text of the line.
        public let text: String
    }

    /// Reads a list.
    ///
    /// - Throws: ``DatasetError`` for a file that is missing, is no UTF-8 text, or names nothing.
    public init(path: String) throws(DatasetError) {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path)
        } catch {
            throw DatasetError(path: path, kind: .missing, message: "expected a list of samples: \(error.reason)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DatasetError(path: path, kind: .malformed, message: "expected a text in UTF-8, found other bytes")
        }
        self.init(path: path, text: text)
        guard !entries.isEmpty else {
            throw DatasetError(path: path, kind: .malformed, message: "expected one sample a line, found none")
        }
    }

    init(path: String, text: String) {
        self.path = path
        // A byte order mark is no part of the first name.
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        var entries: [Entry] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if !trimmed.isEmpty { entries.append(Entry(line: index + 1, text: trimmed)) }
        }
        self.entries = entries
    }

    /// What the entries name.
    ///
    /// - Parameters:
    ///   - known: The index of each identifier.
    ///   - identifier: The identifier that a path or an identifier means.
    /// - Returns: The index of each known entry, in the list's order, and a fault for each unknown or repeated one.
    public func resolved(
        among known: [String: Int], identifier: (String) -> String
    ) -> (indices: [Int], faults: [DatasetError]) {
        var indices: [Int] = []
        var faults: [DatasetError] = []
        var lines: [Int: Int] = [:]
        for entry in entries {
            guard let name = entry.candidates.first(where: { known[identifier($0)] != nil }), let index = known[identifier(name)] else {
                faults.append(
                    DatasetError(
                        path: "\(path):\(entry.line)", kind: .unknownSample,
                        message: "expected a sample of the data set, found '\(entry.text)'"))
                continue
            }
            if let first = lines.updateValue(entry.line, forKey: index) {
                faults.append(
                    DatasetError(
                        path: "\(path):\(entry.line)", kind: .duplicate, message: "'\(entry.text)' stands in line \(first) already"))
            } else {
                indices.append(index)
            }
        }
        return (indices, faults)
    }
}

extension SampleList.Entry {
    /// What may be the image's name: the whole line, or the part before one of its spaces, the longest first.
    ///
    /// Names may have spaces of their own, and a mask may follow.
    var candidates: [String] {
        let spaces = text.indices.filter { text[$0].isWhitespace }
        return [text] + spaces.reversed().map { text[..<$0].trimmingCharacters(in: .whitespaces) }
    }
}
