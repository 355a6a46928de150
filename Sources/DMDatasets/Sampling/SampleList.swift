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
            let found = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) ? "UTF-16" : "other bytes"
            throw DatasetError(path: path, kind: .malformed, message: "expected a text in UTF-8, found \(found)")
        }
        self.init(path: path, text: text)
        guard !entries.isEmpty else {
            throw DatasetError(path: path, kind: .malformed, message: "expected one sample a line, found none")
        }
    }

    init(path: String, text: String) {
        self.path = path
        entries = Self.entries(of: text)
    }

    /// What the entries name.
    ///
    /// - Parameters:
    ///   - known: The index of each identifier.
    ///   - identifiers: The identifiers that a path or an identifier may mean.
    /// - Returns: The index of each known entry, in the list's order, and a fault for each unknown, ambiguous or repeated one;
    ///   of more than ten of a kind, the first ten and their number.
    public func resolved(
        among known: [String: Int], identifiers: (String) -> [String]
    ) -> (indices: [Int], faults: [DatasetError]) {
        let names = Dictionary(known.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return resolved(by: { entry in identifiers(entry).compactMap { known[$0] } }, named: { names[$0] ?? "" })
    }

    /// What the entries name.
    ///
    /// - Parameters:
    ///   - matches: The samples that a path or an identifier may mean.
    ///   - name: How a message names a sample.
    func resolved(by matches: (String) -> [Int], named name: (Int) -> String) -> (indices: [Int], faults: [DatasetError]) {
        var indices: [Int] = []
        var lines: [Int: Int] = [:]
        var faults = CappedFaults(path: path)
        for entry in entries {
            if faults.count == Self.faultLimit {
                faults.stop(before: entry.line)
                break
            }
            let found = entry.samples(by: matches)
            guard let index = found.first else {
                let text = entry.isTooLong ? "a line of \(entry.text.utf8.count) bytes" : "'\(entry.text.quoted)'"
                faults.add(.unknownSample, "expected a sample of the data set, found \(text)", line: entry.line)
                continue
            }
            if found.count > 1 {
                let names = found.prefix(3).map { "'\(name($0).quoted)'" }.joined(separator: " and ")
                faults.add(.unknownSample, "'\(entry.text.quoted)' may be \(names); write the folder too", line: entry.line)
            } else if let first = lines.updateValue(entry.line, forKey: index) {
                lines[index] = first
                faults.add(.duplicate, "'\(entry.text.quoted)' stands in line \(first) already", line: entry.line)
            } else {
                indices.append(index)
            }
        }
        return (indices, faults.all)
    }
}

extension SampleList {
    /// How many lines may be at fault before the rest is not looked at any more.
    private static let faultLimit = 100_000

    /// The lines of a text that are not blank.
    private static func entries(of text: String) -> [Entry] {
        var text = text
        return text.withUTF8 { bytes in
            var entries: [Entry] = []
            // A byte order mark is no part of the first name.
            var (start, line) = (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0, 1)
            while start <= bytes.count {
                let (end, next) = lineEnd(in: bytes, from: start)
                let trimmed = trimmed(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                if !trimmed.isEmpty { entries.append(Entry(line: line, text: trimmed)) }
                (start, line) = (next, line + 1)
            }
            return entries
        }
    }

    /// Where a line ends, and where the next one begins; all line ends of Unicode count.
    private static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (end: Int, next: Int) {
        var place = start
        while place < bytes.count {
            switch bytes[place] {
            case 0x0D: return (place, place + (place + 1 < bytes.count && bytes[place + 1] == 0x0A ? 2 : 1))
            case 0x0A...0x0C: return (place, place + 1)
            case 0xC2 where bytes[place + 1] == 0x85: return (place, place + 2)
            case 0xE2 where bytes[place + 1] == 0x80 && bytes[place + 2] & 0xFE == 0xA8: return (place, place + 3)
            default: place += 1
            }
        }
        return (bytes.count, bytes.count + 1)
    }

    private static func trimmed(_ line: UnsafeBufferPointer<UInt8>) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        guard let first = line.firstIndex(where: { !isBlank($0) }), let last = line.lastIndex(where: { !isBlank($0) }) else { return "" }
        let text = String(decoding: line[first...last], as: UTF8.self)
        // Other spaces than those of ASCII are rare, and slow to look for.
        return line[first] < 0x80 && line[last] < 0x80 ? text : text.trimmingCharacters(in: .whitespaces)
    }
}

extension SampleList.Entry {
    /// The longest line that may name a sample, in bytes: an image and a mask of the system's longest paths.
    private static let limit = 8192
    /// How many places of a line may be where a mask begins, besides those of tabs.
    private static let cutLimit = 9
    /// The most runs of blanks in a line that has a mask behind its image.
    private static let blankLimit = 128

    var isTooLong: Bool { text.utf8.count > Self.limit }

    /// The samples that the line may mean.
    ///
    /// It is the name of an image as a whole, or up to a blank with a mask behind it. Names may have blanks of their own, so
    /// what follows has to look like the mask: after a tab anything does, else a path, or a file that begins with the image's name.
    func samples(by matches: (String) -> [Int]) -> [Int] {
        if isTooLong { return [] }
        let whole = matches(text)
        guard whole.isEmpty else { return whole }
        for (image, mask, hasTab) in cuts where hasTab || Self.isMask(mask, of: image) {
            let found = matches(image)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// The parts before and behind the blanks of the line: first at tabs, then at the middle, since an image and its mask mostly
    /// have equally many blanks, and at those around it.
    private var cuts: [(image: String, mask: String, hasTab: Bool)] {
        let bytes = text.utf8
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        /// The runs of blanks, each with whether a tab is among them.
        var gaps: [(range: Range<String.Index>, hasTab: Bool)] = []
        var place = bytes.startIndex
        while let start = bytes[place...].firstIndex(where: isBlank) {
            let end = bytes[start...].firstIndex { !isBlank($0) } ?? bytes.endIndex
            gaps.append((start..<end, bytes[start..<end].contains(0x09)))
            place = end
            if gaps.count > Self.blankLimit { return [] }
        }
        let middle = gaps.count / 2
        let nearest = gaps.indices.sorted { (abs($0 - middle), $0) < (abs($1 - middle), $1) }.prefix(Self.cutLimit)
        let tabs = gaps.indices.filter { gaps[$0].hasTab }.prefix(Self.cutLimit)
        return (tabs + nearest).map { index in
            (String(text[..<gaps[index].range.lowerBound]), String(text[gaps[index].range.upperBound...]), gaps[index].hasTab)
        }
    }

    private static func isMask(_ mask: String, of image: String) -> Bool {
        func name(_ path: String) -> String { ImageEnding.dropped(from: String(path.split(separator: "/").last ?? "")) }
        if name(mask) == name(image) { return true }
        return ImageEnding.isKnown(image) && ImageEnding.isKnown(mask) && (mask.contains("/") || name(mask).hasPrefix(name(image)))
    }
}

/// Faults of a list's lines; of very many of a kind, the first and their number.
private struct CappedFaults {
    let path: String
    private var found: [DatasetError] = []
    private var counts: [DatasetError.Kind: Int] = [:]
    private var rest: [DatasetError] = []
    /// The number of faults.
    private(set) var count = 0

    private static let limit = 10

    init(path: String) { self.path = path }

    mutating func add(_ kind: DatasetError.Kind, _ message: @autoclosure () -> String, line: Int) {
        counts[kind, default: 0] += 1
        count += 1
        if counts[kind] ?? 0 <= Self.limit { found.append(DatasetError(path: "\(path):\(line)", kind: kind, message: message())) }
    }

    /// Notes that a list is no longer looked at.
    mutating func stop(before line: Int) {
        rest = [DatasetError(path: "\(path):\(line)", kind: .malformed, message: "\(count) lines are at fault; from here on none is read")]
    }

    var all: [DatasetError] {
        found
            + counts.filter { $0.value > Self.limit }.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, count in
                let sort = kind == .duplicate ? "repeated" : "unknown"
                return DatasetError(
                    path: path, kind: kind, message: "\(count - Self.limit) more lines like these: \(count) \(sort) samples in all")
            } + rest
    }
}
