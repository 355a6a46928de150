import DMTensors

/// The classes that follow from the categories of annotation files: the background, then the categories in the order of their
/// numbers.
///
/// - A category named as the background is the background.
/// - A category of the number 0 that no annotation uses and that only groups the others (*supercategory*), as some exporters
///   write it, is no class. Every other category is a class, that of the number 0 too.
struct COCOClasses: Sendable {
    /// The names, in the order of the labels.
    let names: [String]
    /// The label of each category.
    let labels: [COCODocument.Identifier: UInt8]
    /// What is wrong with the categories.
    let faults: [DatasetError]
    /// Whether these are the 80 categories of COCO 2017.
    var areOfficial: Bool { names == DatasetListing.cocoClasses }

    private static let backgroundNames: Set<String> = ["background", "_background_", "__background__"]

    /// The classes of some files, which have the same categories.
    ///
    /// - Throws: ``DatasetError`` for files of other categories, and for none or too many.
    init(_ files: [COCOFile]) throws(DatasetError) {
        let first = files[0]
        let categories = first.document.categories.sorted { $0.id < $1.id }
        for file in files.dropFirst() {
            let others = file.document.categories.sorted { $0.id < $1.id }
            guard others.map(\.id) == categories.map(\.id), others.map(\.name) == categories.map(\.name) else {
                let name = first.path.split(separator: "/").last ?? ""
                throw DatasetError(path: file.path, kind: .malformed, message: "expected the categories of \(name), found others")
            }
        }
        let used = files.reduce(into: Set<COCODocument.Identifier>()) { used, file in
            for annotation in file.document.annotations { used.insert(annotation.category) }
        }
        var flaws: [COCODocument.Flaw] = []
        var (names, labels): ([String], [COCODocument.Identifier: UInt8]) = (["background"], [:])
        var owners: [String: COCODocument.Identifier] = [:]
        for category in categories {
            func flaw(_ message: String) { flaws.append(COCODocument.Flaw(offset: category.offset, message: message)) }
            guard labels[category.id] == nil else {
                flaw("two categories have the number \(category.id)")
                continue
            }
            if Self.backgroundNames.contains(category.name.lowercased()) {
                labels[category.id] = 0
                names[0] = category.name
                continue
            }
            if category.id == .number(0), !used.contains(category.id), Self.isGroup(category, of: categories) {
                labels[category.id] = 0
                continue
            }
            if let owner = owners.updateValue(category.id, forKey: category.name) {
                flaw("categories \(owner) and \(category.id) have one name, '\(category.name.quoted)'")
            }
            labels[category.id] = UInt8(clamping: names.count)
            names.append(category.name)
        }
        guard (2...255).contains(names.count) else {
            throw DatasetError(
                path: first.path, kind: .malformed, message: "expected 1 to 254 categories besides the background, found \(names.count - 1)"
            )
        }
        self.names = names
        self.labels = labels
        faults = first.faults(at: flaws)
    }

    /// Whether a category is only what others are grouped under.
    private static func isGroup(_ category: COCODocument.Category, of all: [COCODocument.Category]) -> Bool {
        category.parent == "none" || all.contains { $0.id != category.id && $0.parent == category.name }
    }
}
