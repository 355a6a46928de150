import DMTensors

/// Where the annotation files of a data set in COCO's format lie, and which part each one is.
///
/// | written by | annotations | images |
/// |---|---|---|
/// | COCO 2017 | `annotations/instances_train2017.json` | `train2017/` |
/// | CVAT, Datumaro | `annotations/instances_default.json` | `images/default/` or `images/` |
/// | Roboflow | `train/_annotations.coco.json` | beside them |
/// | Label Studio | `result.json` | `images/` |
/// | FiftyOne | `labels.json` | `data/` |
/// | labelme | `annotations.json` | `JPEGImages/`, as the annotations name them |
/// | labelme2coco, MMDetection | `train.json`, `val.json`, at the top or in `annotations/` | as the annotations name them |
///
/// A file is the part that its name or its folder tells (`train`, `val`, `valid`, `test`), or else the training part.
struct COCOLayout {
    /// The annotation files, those of the training part first.
    private(set) var files: [File]
    /// Annotation files that are not read.
    private(set) var notes: [String] = []

    /// An annotation file.
    struct File {
        let part: DatasetPart
        /// Its path from the data set's folder.
        let path: String
        /// Folders in which its images may lie, the most likely first; "" is the data set's own.
        let imageFolders: [String]
    }

    /// - Throws: ``DatasetError`` where there are no annotations, or it is open which of several files they are.
    init(of folder: FolderListing) throws(DatasetError) {
        files = try Self.single("annotations.json", in: folder)
        if files.isEmpty { files = try Self.annotationsFolder(in: folder) }
        if files.isEmpty { files = try Self.partFolders(in: folder) }
        if files.isEmpty { (files, notes) = try Self.topFiles(in: folder) }
        guard !files.isEmpty else {
            throw DatasetError(
                path: "\(folder.root)/annotations", kind: .missing,
                message: "expected annotations such as 'annotations/instances_train2017.json', 'annotations.json', "
                    + "'train/_annotations.coco.json', 'labels.json' or 'result.json', found none; or 'masks' beside 'train2017'")
        }
        let order = DatasetPart.allCases
        files = files.enumerated().sorted { x, y in
            let ranks = [x, y].map { order.firstIndex(of: $0.element.part) ?? 0 }
            return ranks[0] == ranks[1] ? x.offset < y.offset : ranks[0] < ranks[1]
        }.map(\.element)
    }

    // MARK: Places

    private static func single(_ name: String, in folder: FolderListing) throws(DatasetError) -> [File] {
        folder.has(name) ? [File(part: .training, path: name, imageFolders: imageFolders(beside: ""))] : []
    }

    /// `annotations/instances_*.json`, or else any other files there but those of COCO's other tasks.
    private static func annotationsFolder(in folder: FolderListing) throws(DatasetError) -> [File] {
        guard folder.hasFolder("annotations") else { return [] }
        let others = ["person_keypoints", "captions", "image_info", "panoptic", "stuff", "labels_"]
        var names = try folder.names(in: "annotations").filter { name in name.hasSuffix(".json") && !others.contains { name.hasPrefix($0) }
        }
        let instances = names.filter { $0.hasPrefix("instances") }
        if !instances.isEmpty { names = instances }
        // The annotations of 2014 are of the same images.
        if names.contains("instances_train2017.json") {
            names = names.filter { ["instances_train2017.json", "instances_val2017.json"].contains($0) }
        }
        return names.map { name in
            let subset = String(name.dropLast(".json".count)).replacing("instances_", with: "")
            let ofSubset = subset == "instances" ? [] : [subset, "images/\(subset)"]
            return File(
                part: part(named: subset) ?? .training, path: "annotations/\(name)",
                imageFolders: ofSubset + imageFolders(beside: "") + ["annotations"])
        }
    }

    /// A folder for each part, with images and annotations.
    private static func partFolders(in folder: FolderListing) throws(DatasetError) -> [File] {
        var files: [File] = []
        for name in try folder.names(in: "") where folder.hasFolder(name) {
            guard let part = part(named: name) else { continue }
            let paths = ["_annotations.coco.json", "annotations.json", "labels.json", "result.json"].map { "\(name)/\($0)" }
            if let path = folder.first(of: paths) { files.append(File(part: part, path: path, imageFolders: imageFolders(beside: name))) }
        }
        return files
    }

    /// Files at the top: one for each part, or a single one.
    private static func topFiles(in folder: FolderListing) throws(DatasetError) -> (files: [File], notes: [String]) {
        let names = try folder.names(in: "").filter { $0.hasSuffix(".json") }
        let parts = names.filter { part(named: String($0.dropLast(".json".count))) != nil }
        let chosen: [String]
        if parts.contains(where: { part(named: String($0.dropLast(".json".count))) == .training }) {
            chosen = parts
        } else {
            let usual = ["_annotations.coco.json", "labels.json", "result.json", "instances_default.json", "dataset.json", "coco.json"]
            chosen = (usual.first(where: names.contains) ?? (names.count == 1 ? names[0] : nil)).map { [$0] } ?? []
        }
        guard !chosen.isEmpty || names.isEmpty else {
            throw DatasetError(
                path: folder.root, kind: .malformed,
                message: "expected one file of annotations, found \(names.prefix(5).map { "'\($0.quoted)'" }.joined(separator: ", ")); "
                    + "call it 'annotations.json', or 'train.json' and 'val.json'")
        }
        let left = names.filter { !chosen.contains($0) }
        let files = chosen.map { name in
            let subset = String(name.dropLast(".json".count)).replacing("instances_", with: "")
            let ofSubset = [subset, "images/\(subset)"].filter(folder.hasFolder)
            return File(part: part(named: subset) ?? .training, path: name, imageFolders: ofSubset + imageFolders(beside: ""))
        }
        let read = chosen.joined(separator: ", ")
        return (files, left.prefix(5).map { "\($0.quoted) is not read; annotations are those of \(read)" })
    }

    private static func imageFolders(beside folder: String) -> [String] {
        let own = folder.isEmpty ? [""] : [folder, ""]
        return own + ["images", "data", "JPEGImages", "img"].map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
    }

    /// The part that a name tells, such as `train2017` or `Validation`.
    private static func part(named name: String) -> DatasetPart? {
        let words = name.lowercased().split { !$0.isLetter }.map(String.init)
        let known: [(DatasetPart, [String])] = [
            (.training, ["train", "training", "trainval"]), (.validation, ["val", "valid", "validation", "dev", "minival"]),
            (.test, ["test", "testing"]),
        ]
        return known.first { $0.1.contains(where: words.contains) }?.0
    }
}

/// The image files that annotations are of.
struct COCOImages {
    /// The number of each image that is there, and its path from the data set's folder.
    private(set) var paths: [(number: Int, path: String)] = []
    private(set) var faults: [DatasetError] = []
    private(set) var notes: [String] = []
    /// The folder that the annotations' paths begin in.
    let folder: String

    /// How the annotations' names of files are read.
    private enum Form: CaseIterable {
        /// As they are.
        case path
        /// With the folders' names apart as on Windows.
        case windowsPath
        /// Without any folder, which may have been on another machine.
        case name

        func callAsFunction(_ file: String) -> String {
            switch self {
            case .path: file
            case .windowsPath: file.replacing("\\", with: "/")
            case .name: String(file.split { $0 == "/" || $0 == "\\" }.last ?? "")
            }
        }
    }

    /// Finds the images of an annotation file in the folder, and in the form of their names, in which most of them are.
    init(of annotations: COCOAnnotations, _ file: COCOLayout.File, in listing: FolderListing) {
        var (best, form, found): (String?, Form, Int) = (nil, .path, 0)
        let images = annotations.images
        search: for candidate in Form.allCases {
            for folder in file.imageFolders where folder.isEmpty || listing.hasFolder(folder) {
                if best == nil { best = folder }
                var count = 0
                for (tried, image) in images.enumerated() {
                    if listing.has(Self.path(candidate(image.file), in: folder)) { count += 1 }
                    // Another folder is meant where the first images are not in this one.
                    if tried == 200 && count == 0 { break }
                }
                if count > found { (best, form, found) = (folder, candidate, count) }
                if found == images.count { break search }
            }
        }
        folder = best ?? file.imageFolders[0]
        var owners: [String: String] = [:]
        var missing = 0
        for (number, image) in images.enumerated() {
            let path = Self.path(form(image.file), in: folder)
            let kind = listing.obstacle(at: path)
            if let owner = owners.updateValue(image.file, forKey: path) {
                faults.append(
                    DatasetError(
                        path: "\(listing.root)/\(path)", kind: .duplicate,
                        message: "'\(owner.quoted)' and '\(image.file.quoted)' of \(file.path) both lead to it"))
            } else if let kind {
                missing += 1
                if missing > COCOAnnotations.faultLimit { continue }
                faults.append(
                    DatasetError(
                        path: "\(listing.root)/\(path)", kind: .missingImage,
                        message: "expected the image that \(file.path) annotates, found \(kind)"))
            } else {
                paths.append((number, path))
            }
        }
        if missing > COCOAnnotations.faultLimit {
            faults.append(
                DatasetError(
                    path: annotations.path, kind: .missingImage,
                    message: "\(missing) of \(images.count) annotated images are not there; looked in "
                        + file.imageFolders.map { $0.isEmpty ? "the data set's folder" : "'\($0)'" }.joined(separator: ", ")))
        }
        if form == .name, let image = images.first {
            notes.append("\(file.path): images are found by their names alone, not by paths such as '\(image.file.quoted)'")
        }
    }

    private static func path(_ file: String, in folder: String) -> String { folder.isEmpty ? file : "\(folder)/\(file)" }

    /// What lies beside the annotated images, in words.
    ///
    /// - Parameters:
    ///   - folders: The folders of annotated images.
    ///   - annotated: The annotated images.
    static func notes(on folders: Set<String>, annotated: Set<String>, in listing: FolderListing) throws(DatasetError) -> [String] {
        var notes: [String] = []
        for folder in folders.sorted() where !folder.isEmpty && listing.hasFolder(folder) {
            var found = try listing.images(in: [folder])
            found.unread[0].endings[".json"] = nil
            let others = found.paths.count { !annotated.contains($0) }
            if others > 0 { notes.append("\(folder): \(others) of \(found.paths.count) images are in no annotation file and are left out") }
            notes += found.notes + found.faults.map(\.description)
        }
        return notes
    }
}
