import DMTensors
import Foundation

extension DatasetListing {
    /// The samples of a user's folder: `images/`, `masks/` with the same names but for the extension, and `classes.json`.
    ///
    /// Unlabeled images need no mask. Where the lists `labeled.txt`, `unlabeled.txt`, `val.txt` and `test.txt` exist, they
    /// say how images are used; every image that is in neither of the last two belongs to the training part.
    init(userFolderIn folder: FolderListing) throws(DatasetError) {
        let rule = IdentifierRule(folders: ["images", "masks"])
        let table = try UserClasses(path: "\(folder.root)/classes.json")
        let images = try folder.folders("images", purpose: "the images")
        let masks = try folder.folders("masks", purpose: "the masks")
        let pairing = SamplePairing(
            root: folder.root, images: try folder.images(in: images), masks: try folder.images(in: masks), rule: rule)
        var faults = pairing.faults
        var held: [DatasetPart: [Int]] = [:]
        for (part, name) in [(DatasetPart.validation, "val.txt"), (.test, "test.txt")] where folder.has(name) {
            let found = try SampleList(path: "\(folder.root)/\(name)").resolved(among: pairing.indices, identifier: rule.callAsFunction)
            held[part] = found.indices
            faults += found.faults
        }
        let others = Set(held.values.joined())
        held[.training] = pairing.samples.indices.filter { !others.contains($0) }
        func list(_ names: String...) -> String? { folder.first(of: names).map { "\(folder.root)/\($0)" } }
        self.init(
            root: folder.root, classNames: table.names, palette: table.palette, decoding: table.decoding, rule: rule,
            samples: pairing.samples,
            parts: held, faults: faults, wantsTrainingMasks: false,
            lists: FileLists(labeled: list("labeled.txt", "labelled.txt"), unlabeled: list("unlabeled.txt", "unlabelled.txt")))
    }
}

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

    private struct Document: Decodable {
        var classes: [Entry]
        var ignore: Int?

        struct Entry: Decodable {
            var name: String
            var color: [Int]?
        }
    }

    /// - Throws: ``DatasetError`` for a file that is missing or not of this form.
    init(path: String) throws(DatasetError) {
        func malformed(_ message: String) -> DatasetError { DatasetError(path: path, kind: .malformed, message: message) }
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path)
        } catch {
            throw DatasetError(
                path: path, kind: .missing, message: #"expected {"classes": [{"name": "..."}, ...], "ignore": 255}: "# + error.reason)
        }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw malformed(#"expected {"classes": [{"name": "...", "color": [r, g, b]}, ...], "ignore": 255}: \#(error)"#)
        }
        let names = document.classes.map(\.name)
        self.names = names
        guard (1...255).contains(names.count) else { throw malformed("expected 1 to 255 classes, found \(names.count)") }
        if let twice = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
            throw malformed("expected a name of its own for each class, found '\(twice)' twice")
        }
        let ignored = document.ignore ?? Int(SegmentationSample.ignoredLabel)
        guard (names.count...255).contains(ignored) else {
            throw malformed("expected the label to be ignored in \(names.count)...255, behind those of the classes, found \(ignored)")
        }
        var colors: [RGBColor] = []
        for (label, entry) in document.classes.enumerated() {
            guard let color = entry.color else {
                colors.append(Palette.pascalVOC.colors[label])
                continue
            }
            let channels = color.compactMap { UInt8(exactly: $0) }
            guard color.count == 3, channels.count == 3 else {
                throw malformed("expected the color [r, g, b] of '\(entry.name)' in 0...255, found \(color)")
            }
            colors.append(RGBColor(channels[0], channels[1], channels[2]))
        }
        palette = Palette(colors)
        let areColored = document.classes.allSatisfy { $0.color != nil } && Set(colors).count == colors.count
        decoding = LabelDecoding(
            classCount: names.count, ignored: [UInt8(ignored)],
            colors: areColored ? Dictionary(uniqueKeysWithValues: colors.enumerated().map { ($1, UInt8($0)) }) : nil)
    }
}
