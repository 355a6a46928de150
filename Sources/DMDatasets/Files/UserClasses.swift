import DMFormats
import DMTensors

/// The classes of a user's data set, as `classes.json` holds them.
///
/// ```json
/// {"classes": [{"name": "water", "color": [0, 80, 200]}, {"name": "land"}], "ignore": 255}
/// ```
struct UserClasses: Sendable {
    /// The names, in the order of the labels.
    let names: [String]
    /// The colors; a class without one has that of PASCAL VOC's palette.
    let palette: Palette
    /// What the numbers in masks mean. Masks may be stored in colors where every class has a color of its own.
    let decoding: LabelDecoding

    private static let form = #"{"classes": [{"name": "...", "color": [r, g, b]}, ...], "ignore": 255}"#

    /// - Throws: ``DatasetError`` for a file that is missing or not of this form; with line and column.
    init(path: String) throws(DatasetError) {
        let bytes: ByteRegion
        do {
            bytes = try ByteRegion(mapping: path)
        } catch {
            throw DatasetError(path: path, kind: .missing, message: "expected \(Self.form): \(error.reason)")
        }
        self = try bytes.withUnsafeBytes { (bytes) throws(DatasetError) in
            do throws(JSONReader.Fault) {
                return try UserClasses(JSONReader.read(bytes) { (reader) throws(JSONReader.Fault) in try Document(&reader) })
            } catch {
                throw DatasetError(error, of: bytes, path: path, expected: Self.form)
            }
        }
    }

    private init(_ document: Document) throws(JSONReader.Fault) {
        func unfit(_ message: String, at place: Int) -> JSONReader.Fault {
            JSONReader.Fault(offset: place, message: message, isSyntax: false)
        }
        let names = document.classes.map(\.name)
        self.names = names
        guard (1...255).contains(names.count) else {
            throw unfit("expected 1 to 255 classes, found \(names.count)", at: document.classesOffset)
        }
        var owners: Set<String> = []
        for entry in document.classes where !owners.insert(entry.name).inserted {
            throw unfit("expected a name of its own for each class, found '\(entry.name.quoted)' twice", at: entry.offset)
        }
        let ignored = document.ignore?.value ?? Int(SegmentationSample.ignoredLabel)
        guard (names.count...255).contains(ignored) else {
            throw unfit(
                "ignore: expected the label to be ignored in \(names.count)...255, behind those of the classes, found \(ignored)",
                at: document.ignore?.offset ?? 0)
        }
        let colors = document.classes.enumerated().map { $1.color ?? Palette.pascalVOC.colors[$0] }
        palette = Palette(colors)
        let areColored = document.classes.allSatisfy { $0.color != nil } && Set(colors).count == colors.count
        decoding = LabelDecoding(
            classCount: names.count, ignored: [UInt8(ignored)],
            colors: areColored ? Dictionary(uniqueKeysWithValues: colors.enumerated().map { ($1, UInt8($0)) }) : nil)
    }
}

extension UserClasses {
    /// The content of the file, each entry with its place.
    fileprivate struct Document {
        var classes: [Entry] = []
        var classesOffset = 0
        var ignore: (value: Int, offset: Int)?

        struct Entry {
            var name: String
            var color: RGBColor?
            var offset: Int
        }

        init(_ reader: inout JSONReader) throws(JSONReader.Fault) {
            var keys = Keys(["classes", "ignore"])
            var (classes, place, ignore): ([Entry], Int?, (value: Int, offset: Int)?) = ([], nil, nil)
            try reader.object { (reader, key) throws(JSONReader.Fault) in
                try keys.take(key, reader)
                _ = try reader.kind()
                let start = reader.offset
                if key == "classes" {
                    place = start
                    try reader.array { (reader) throws(JSONReader.Fault) in classes.append(try Entry(&reader)) }
                } else if try !reader.null() {
                    ignore = (try reader.whole("ignore", upTo: 255), start)
                }
            }
            guard let place else { throw reader.unfit("expected 'classes', found none", at: 0) }
            (self.classes, classesOffset, self.ignore) = (classes, place, ignore)
        }
    }

    /// The keys that an object may have, each once.
    fileprivate struct Keys {
        let known: [String]
        private var seen: Set<String> = []

        init(_ known: [String]) { self.known = known }

        mutating func take(_ key: String, _ reader: JSONReader) throws(JSONReader.Fault) {
            guard known.contains(key) else {
                let names = known.map { "'\($0)'" }.joined(separator: " and ")
                throw reader.unfit("unknown key '\(key.quoted)'; the keys are \(names)", at: reader.keyOffset)
            }
            guard seen.insert(key).inserted else { throw reader.unfit("the key '\(key)' is given twice", at: reader.keyOffset) }
        }
    }
}

extension UserClasses.Document.Entry {
    fileprivate init(_ reader: inout JSONReader) throws(JSONReader.Fault) {
        var keys = UserClasses.Keys(["name", "color"])
        var (name, color): (String?, RGBColor?)
        _ = try reader.kind()
        let start = reader.offset
        try reader.object { (reader, key) throws(JSONReader.Fault) in
            try keys.take(key, reader)
            if key == "name" {
                name = try reader.string()
            } else if try !reader.null() {
                color = try reader.color()
            }
        }
        guard let name, !name.isEmpty else { throw reader.unfit("expected a 'name' of the class, found none", at: start) }
        self.init(name: name, color: color, offset: start)
    }
}

extension JSONReader {
    /// A whole number from 0.
    fileprivate mutating func whole(_ key: String, upTo limit: Int) throws(Fault) -> Int {
        _ = try kind()
        let start = offset
        let (value, whole, _) = try numberOrWhole()
        guard let number = whole ?? Int(exactly: value), (0...limit).contains(number) else {
            throw unfit("\(key): expected a whole number in 0...\(limit), found \(value)", at: start)
        }
        return number
    }

    fileprivate mutating func color() throws(Fault) -> RGBColor {
        _ = try kind()
        let start = offset
        var channels: [UInt8] = []
        var count = 0
        try array { (reader) throws(Fault) in
            let channel = try reader.whole("color", upTo: 255)
            if count < 3 { channels.append(UInt8(channel)) }
            count += 1
        }
        guard count == 3 else { throw unfit("color: expected [r, g, b], found \(count) numbers", at: start) }
        return RGBColor(channels[0], channels[1], channels[2])
    }
}
