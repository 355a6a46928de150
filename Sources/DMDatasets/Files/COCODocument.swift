import DMTensors

/// The content of an annotation file as it stands there, before it is known whether its parts fit each other.
///
/// What is wrong with one image, annotation or category is noted, and the others are read.
struct COCODocument {
    private(set) var images: [Image] = []
    private(set) var annotations: [Annotation] = []
    private(set) var categories: [Category] = []
    /// What is wrong, in the order of the file.
    private(set) var flaws: [Flaw] = []

    /// A number, or a text, that things are known by; the text "12" and the number 12.0 are the number 12.
    enum Identifier: Hashable, Comparable, CustomStringConvertible {
        case number(Int)
        case text(String)

        var description: String {
            switch self {
            case .number(let number): "\(number)"
            case .text(let text): "'\(text.quoted)'"
            }
        }
    }

    struct Image {
        var id: Identifier
        var file: String
        var height: Int
        var width: Int
        var offset: Int
    }

    struct Annotation {
        /// Its own name in messages.
        var name: String
        var id: Identifier?
        var image: Identifier
        var category: Identifier
        /// The outline; nil for an annotation with a box alone, or whose outline is at fault.
        var segmentation: Segmentation?
        var isCrowd = false
        var area: Double?
        /// x, y, width and height of the box around the region.
        var box: [Double]?
        /// Whether there is an outline, however wrong.
        var isOutlined = false
        var offset: Int
    }

    struct Category {
        var id: Identifier
        var name: String
        var parent: String?
        var offset: Int
    }

    /// Polygons, or a run-length encoding (RLE).
    enum Segmentation {
        /// The corners of each polygon: x, y, x, y, ...
        case polygons([[Double]])
        /// Uncompressed RLE: lengths of runs, column by column, the first one outside the region.
        case runs([Int], size: [Int])
        /// Compressed RLE: the same as a string.
        case compressedRuns(String, size: [Int])
    }

    /// Something that is wrong, and its place in the file.
    struct Flaw {
        var offset: Int
        var message: String
    }

    private init() {}

    /// Reads a document.
    ///
    /// - Throws: A fault of a text that is no JSON, or not of this form at all.
    init(_ reader: inout JSONReader) throws(JSONReader.Fault) {
        var found: Set<String> = []
        var document = COCODocument()
        try reader.object { (reader, key) throws(JSONReader.Fault) in
            guard ["images", "annotations", "categories"].contains(key) else { return try reader.skip() }
            guard found.insert(key).inserted else { throw reader.unfit("'\(key)' stands here a second time", at: reader.keyOffset) }
            // A file of unlabeled images may have null for its annotations.
            if key == "annotations", try reader.null() { return }
            try reader.array { (reader) throws(JSONReader.Fault) in try document.readEntry(of: key, &reader) }
        }
        guard found.contains("images"), found.contains("categories") else {
            let missing = ["images", "categories"].filter { !found.contains($0) }.map { "'\($0)'" }.joined(separator: " and ")
            throw reader.unfit("expected the lists 'images', 'annotations' and 'categories', found no \(missing)", at: 0)
        }
        self = document
    }

    private mutating func readEntry(of list: String, _ reader: inout JSONReader) throws(JSONReader.Fault) {
        _ = try reader.kind()
        let start = reader.offset
        do throws(JSONReader.Fault) {
            switch list {
            case "images": images.append(try Image(&reader))
            case "categories": categories.append(try Category(&reader))
            default:
                var wrong: [Flaw] = []
                if let annotation = try Annotation(&reader, noting: &wrong) { annotations.append(annotation) }
                flaws += wrong
            }
        } catch {
            if error.isSyntax { throw error }
            let count = list == "images" ? images.count : list == "categories" ? categories.count : annotations.count
            let name = list == "categories" ? "category" : String(list.dropLast())
            note(Flaw(offset: error.offset, message: "\(name) number \(count + 1): \(error.message)"))
            reader.rewind(to: start)
            try reader.skip()
        }
    }

    /// Notes what is wrong with something that has been read.
    mutating func note(_ flaw: Flaw) { flaws.append(flaw) }
}

extension COCODocument.Image {
    fileprivate init(_ reader: inout JSONReader) throws(JSONReader.Fault) {
        var (id, file, height, width): (COCODocument.Identifier?, String?, Int?, Int?)
        let start = reader.offset
        try reader.object { (reader, key) throws(JSONReader.Fault) in
            switch key {
            case "id": id = try reader.identifier("id")
            case "file_name": file = try reader.null() ? nil : reader.string()
            case "height": height = try reader.size("height")
            case "width": width = try reader.size("width")
            default: try reader.skip()
            }
        }
        guard let id else { throw reader.unfit("expected an 'id', found none", at: start) }
        guard let file, !file.isEmpty else { throw reader.unfit("image \(id): expected a 'file_name', found none", at: start) }
        guard let height, let width else { throw reader.unfit("image \(id): expected 'height' and 'width', found not both", at: start) }
        self.init(id: id, file: file, height: height, width: width, offset: start)
    }
}

extension COCODocument.Category {
    fileprivate init(_ reader: inout JSONReader) throws(JSONReader.Fault) {
        var (id, name, parent): (COCODocument.Identifier?, String?, String?)
        let start = reader.offset
        try reader.object { (reader, key) throws(JSONReader.Fault) in
            switch key {
            case "id": id = try reader.identifier("id")
            case "name": name = try reader.string()
            case "supercategory" where try reader.kind() == .string: parent = try reader.string()
            default: try reader.skip()
            }
        }
        guard let id else { throw reader.unfit("expected an 'id', found none", at: start) }
        guard let name else { throw reader.unfit("category \(id): expected a 'name', found none", at: start) }
        self.init(id: id, name: name, parent: parent, offset: start)
    }
}

extension COCODocument.Annotation {
    /// Reads an annotation; what is wrong with it but leaves its image known is noted, and the annotation has no outline then.
    ///
    /// - Returns: nil for one whose image or category is not told.
    fileprivate init?(_ reader: inout JSONReader, noting flaws: inout [COCODocument.Flaw]) throws(JSONReader.Fault) {
        var (id, image, category): (COCODocument.Identifier?, COCODocument.Identifier?, COCODocument.Identifier?)
        var (segmentation, area, box): (COCODocument.Segmentation?, Double?, [Double]?)
        var (isCrowd, isOutlined) = (false, false)
        var wrong: [JSONReader.Fault] = []
        let start = reader.offset
        try reader.object { (reader, key) throws(JSONReader.Fault) in
            _ = try reader.kind()
            let value = reader.offset
            do throws(JSONReader.Fault) {
                switch key {
                case "id": id = try reader.null() ? nil : reader.identifier("id")
                case "image_id": image = try reader.identifier("image_id")
                case "category_id": category = try reader.identifier("category_id")
                case "segmentation":
                    isOutlined = true
                    segmentation = try reader.segmentation()
                    isOutlined = segmentation != nil
                case "iscrowd": isCrowd = try reader.flag("iscrowd")
                case "area": area = try reader.null() ? nil : reader.finite("area")
                case "bbox": box = try reader.null() ? nil : reader.numbers("bbox")
                default: try reader.skip()
                }
            } catch {
                if error.isSyntax { throw error }
                wrong.append(error)
                reader.rewind(to: value)
                try reader.skip()
            }
        }
        let name = id.map { "annotation \($0)" } ?? "an annotation without id"
        flaws += wrong.map { COCODocument.Flaw(offset: $0.offset, message: "\(name): \($0.message)") }
        guard let image, let category else {
            if wrong.isEmpty {
                let key = image == nil ? "image_id" : "category_id"
                flaws.append(COCODocument.Flaw(offset: start, message: "\(name): expected '\(key)', found none"))
            }
            return nil
        }
        if !wrong.isEmpty { segmentation = nil }
        self.init(
            name: name, id: id, image: image, category: category, segmentation: segmentation, isCrowd: isCrowd, area: area,
            box: box?.count == 4 ? box : nil, isOutlined: isOutlined || !wrong.isEmpty, offset: start)
    }
}

// MARK: - Values

extension JSONReader {
    /// A number or a text that things are known by.
    fileprivate mutating func identifier(_ key: String) throws(Fault) -> COCODocument.Identifier {
        let kind = try kind()
        let start = offset
        if kind == .string {
            let text = try string()
            return Int(text).map { .number($0) } ?? .text(text)
        }
        guard kind == .number else { throw unfit("\(key): expected a number, found \(kind.rawValue)") }
        let (value, whole, digits) = try numberOrWhole()
        if let number = whole ?? Int(exactly: value) { return .number(number) }
        // A number beyond 64 bits tells things apart as well as any.
        if let digits, digits.utf8.count <= 64 { return .text(digits) }
        throw unfit("\(key): expected a whole number, found \(value.isFinite ? "\(value)" : value.words)", at: start)
    }

    /// A height or a width.
    fileprivate mutating func size(_ key: String) throws(Fault) -> Int? {
        if try null() { return nil }
        let start = offset
        guard case .number(let number) = try identifier(key) else { throw unfit("\(key): expected a number", at: start) }
        return number
    }

    /// Yes or no, in any of the forms that exporters write.
    fileprivate mutating func flag(_ key: String) throws(Fault) -> Bool {
        let kind = try kind()
        let start = offset
        switch kind {
        case .null: return try !null()
        case .boolean: return try boolean()
        case .number:
            let value = try number()
            if value == 0 || value == 1 { return value == 1 }
        case .string:
            switch try string().lowercased() {
            case "", "0", "false", "no": return false
            case "1", "true", "yes": return true
            default: break
            }
        default: break
        }
        throw unfit("\(key): expected 0 or 1, found something else", at: start)
    }

    fileprivate mutating func finite(_ key: String) throws(Fault) -> Double {
        guard try kind() == .number else { throw unfit("\(key): expected a number, found \(try kind().rawValue)") }
        let start = offset
        let value = try number()
        guard value.isFinite else { throw unfit("\(key): expected a number, found \(value.words)", at: start) }
        return value
    }

    fileprivate mutating func numbers(_ key: String) throws(Fault) -> [Double] {
        guard try kind() == .array else { throw unfit("\(key): expected a list of numbers, found \(try kind().rawValue)") }
        var values: [Double] = []
        try array { (reader) throws(Fault) in values.append(try reader.finite(key)) }
        return values
    }

    private mutating func wholes(_ key: String) throws(Fault) -> [Int] {
        guard try kind() == .array else { throw unfit("\(key): expected a list of numbers, found \(try kind().rawValue)") }
        var values: [Int] = []
        try array { (reader) throws(Fault) in
            _ = try reader.kind()
            let start = reader.offset
            let (value, whole, _) = try reader.numberOrWhole()
            guard let number = whole ?? Int(exactly: value) else { throw reader.unfit("\(key): expected whole numbers", at: start) }
            values.append(number)
        }
        return values
    }

    /// An outline; nil where there is none.
    fileprivate mutating func segmentation() throws(Fault) -> COCODocument.Segmentation? {
        let key = "segmentation"
        switch try kind() {
        case .null:
            _ = try null()
            return nil
        case .array: return try polygons(key)
        case .object: return try runs(key)
        case let other: throw unfit("\(key): expected polygons or runs, found \(other.rawValue)")
        }
    }

    /// Polygons, each a list of numbers; a single one may do without a list around it.
    private mutating func polygons(_ key: String) throws(Fault) -> COCODocument.Segmentation? {
        var (polygons, flat): ([[Double]], [Double]) = ([], [])
        try array { (reader) throws(Fault) in
            switch try reader.kind() {
            case .array: polygons.append(try reader.numbers(key))
            case .number: flat.append(try reader.finite(key))
            case let other: throw reader.unfit("\(key): expected lists of numbers, found \(other.rawValue)")
            }
        }
        if !flat.isEmpty { polygons.append(flat) }
        polygons.removeAll(where: \.isEmpty)
        return polygons.isEmpty ? nil : .polygons(polygons)
    }

    private mutating func runs(_ key: String) throws(Fault) -> COCODocument.Segmentation? {
        var (text, counts, size): (String?, [Int]?, [Int]?)
        let start = offset
        try object { (reader, name) throws(Fault) in
            switch name {
            case "size": size = try reader.wholes("\(key).size")
            case "counts" where try reader.kind() == .string: text = try reader.string()
            case "counts": counts = try reader.wholes("\(key).counts")
            default: try reader.skip()
            }
        }
        if text == nil && counts == nil && size == nil { return nil }
        guard let size else { throw unfit("\(key): expected 'size' and 'counts', found no 'size'", at: start) }
        if let text { return .compressedRuns(text, size: size) }
        guard let counts else { throw unfit("\(key): expected 'size' and 'counts', found no 'counts'", at: start) }
        return .runs(counts, size: size)
    }
}

extension Double {
    /// A number that is none, in words.
    fileprivate var words: String { isNaN ? "NaN" : "a number too large" }
}
