import DMFormats
import Foundation

/// The folders and image files of a data set.
struct FolderListing: Sendable {
    /// The data set's folder.
    let root: String

    /// In how many ways, over links, a folder may be reached: more are links that multiply, which no data set needs.
    static let wayLimit = 64

    /// - Throws: ``DatasetError`` where there is no such folder.
    init(root: String) throws(DatasetError) {
        guard Self.isFolder(root) else {
            let found = FileManager.default.fileExists(atPath: root) ? "a file" : "none"
            throw DatasetError(path: root, kind: .missing, message: "expected the folder of the data set, found \(found)")
        }
        self.root = root
    }

    /// Whether a file or folder is there.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(name)") }

    /// Whether a folder is there.
    func hasFolder(_ name: String) -> Bool { Self.isFolder("\(root)/\(name)") }

    /// What is at a path instead of a file; nil for a file.
    func obstacle(at name: String) -> String? {
        switch FileKind(ofPath: "\(root)/\(name)") {
        case .file: nil
        case nil: "none"
        case let kind?: kind.words
        }
    }

    /// The first of some files or folders that is there.
    func first(of names: [String]) -> String? { names.first(where: has) }

    /// Those of some folders that are there.
    ///
    /// - Throws: ``DatasetError`` that names all of them where none is.
    func folders(_ names: String..., purpose: String) throws(DatasetError) -> [String] {
        let there = names.filter(hasFolder)
        guard there.isEmpty else { return there }
        let found = first(of: names).map { "a file '\($0)'" } ?? "none"
        throw DatasetError(
            path: "\(root)/\(names[0])", kind: .missing,
            message: "expected the folder of \(purpose), \(names.map { "'\($0)'" }.joined(separator: " or ")), found \(found)")
    }

    /// The names of the files and folders in a folder, sorted; without hidden ones and those that are no text.
    ///
    /// - Throws: ``DatasetError`` for a folder that may not be read.
    func names(in folder: String) throws(DatasetError) -> [String] {
        try Self.entries(of: folder.isEmpty ? root : "\(root)/\(folder)").compactMap(\.name).filter { !$0.hasPrefix(".") }.sorted()
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

/// The image files that were found in some folders, and what else is there.
struct ListedImages {
    /// The images, as paths from the data set's folder: folder by folder, sorted within each.
    var paths: [String] = []
    /// What should be an image and is none: pipes, links to nothing, names that are no text.
    var faults: [DatasetError] = []
    /// Of each folder, how many files with which ending are no images that can be read.
    var unread: [(folder: String, endings: [String: Int])] = []

    /// What is not read, in words.
    var notes: [String] {
        unread.filter { !$0.endings.isEmpty }.map { folder, endings in
            let count = endings.values.reduce(0, +)
            let sorted = endings.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let shown = sorted.prefix(8).map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            let verb = count == 1 ? "1 file is" : "\(count) files are"
            return "\(folder): \(verb) not read (\(shown)\(sorted.count > 8 ? ", ..." : ""))"
        }
    }
}

extension FolderListing {
    /// The image files of some folders and those below them.
    ///
    /// A file is an image by its ending, such as `.png` or `.jpg`; one with another ending of an image, or with none, by its first
    /// bytes. Hidden files and missing folders are left out. Links to folders are followed, but never back to a folder above.
    ///
    /// - Throws: ``DatasetError`` for a folder that may not be read, and where links multiply.
    func images(in folders: [String]) throws(DatasetError) -> ListedImages {
        var found = ListedImages()
        var ways: [FileIdentity: Int] = [:]
        for folder in folders where hasFolder(folder) {
            var below = ListedImages()
            below.unread = [(folder, [:])]
            try list(folder, through: [], ways: &ways, into: &below)
            found.paths += below.paths.sorted()
            found.faults += below.faults
            found.unread += below.unread
        }
        return found
    }

    private func list(
        _ folder: String, through passed: Set<FileIdentity>, ways: inout [FileIdentity: Int], into found: inout ListedImages
    ) throws(DatasetError) {
        let place = "\(root)/\(folder)"
        guard let identity = FileIdentity(ofPath: place), !passed.contains(identity) else { return }
        ways[identity, default: 0] += 1
        guard ways[identity] ?? 0 <= Self.wayLimit else {
            throw DatasetError(
                path: place, kind: .unreadable,
                message: "expected a folder that is reached in at most \(Self.wayLimit) ways; links lead to this one in more")
        }
        for entry in try Self.entries(of: place) {
            guard let name = entry.name else {
                found.faults.append(
                    DatasetError(
                        path: "\(place)/\(entry.repairedName)", kind: .unreadable,
                        message: "expected a name in UTF-8, found other bytes; rename the file"))
                continue
            }
            if name.hasPrefix(".") { continue }
            let file = "\(folder)/\(name)"
            let kind = entry.kind ?? FileKind(ofPath: "\(root)/\(file)")
            switch kind {
            case .folder: try list(file, through: passed.union([identity]), ways: &ways, into: &found)
            case .file where Self.isImage(name, at: "\(root)/\(file)"): found.paths.append(file)
            case .file: found.unread[0].endings[ImageEnding(of: name)?.text ?? "without ending", default: 0] += 1
            default:
                let words = kind?.words ?? "a link to nothing"
                found.faults.append(
                    DatasetError(path: "\(root)/\(file)", kind: .unreadable, message: "expected a file or a folder, found \(words)"))
            }
        }
    }

    /// Whether a file is to be read as an image.
    private static func isImage(_ name: String, at path: String) -> Bool {
        if ImageEnding.alwaysRead(name) { return true }
        guard ImageEnding.isKnown(name) || ImageEnding(of: name) == nil else { return false }
        return ImageBytes.isImage(at: path)
    }

    private static func entries(of path: String) throws(DatasetError) -> [FolderEntry] {
        guard let stream = opendir(path) else {
            throw DatasetError(
                path: path, kind: .unreadable, message: "expected a folder that can be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var entries: [FolderEntry] = []
        while let entry = readdir(stream) {
            let read = FolderEntry(entry)
            if read.name != "." && read.name != ".." { entries.append(read) }
        }
        return entries
    }
}

/// A name in a folder.
private struct FolderEntry {
    /// The name; nil for bytes that are no UTF-8.
    let name: String?
    /// The name with marks in the place of such bytes.
    let repairedName: String
    /// What the folder itself says of it; nil for links and where it says nothing.
    let kind: FileKind?

    init(_ entry: UnsafeMutablePointer<dirent>) {
        let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        name = String(validating: bytes, as: UTF8.self)
        repairedName = String(decoding: bytes, as: UTF8.self)
        kind =
            switch Int32(entry.pointee.d_type) {
            case Int32(DT_REG): .file
            case Int32(DT_DIR): .folder
            default: nil
            }
    }
}
