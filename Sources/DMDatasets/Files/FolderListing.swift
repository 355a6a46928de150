import Foundation

/// The folders and image files of a data set.
struct FolderListing: Sendable {
    /// The data set's folder.
    let root: String

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

    /// The image files of some folders and those below them, sorted within each, as paths from the data set's folder.
    ///
    /// Hidden files and missing folders are left out. Links to folders are followed, but never back to a folder above.
    ///
    /// - Throws: ``DatasetError`` for a folder that may not be read.
    func images(in folders: [String]) throws(DatasetError) -> [String] {
        var found: [String] = []
        for folder in folders where hasFolder(folder) { found += try images(below: folder, through: []).sorted() }
        return found
    }

    private func images(below folder: String, through passed: Set<String>) throws(DatasetError) -> [String] {
        let place = URL(filePath: "\(root)/\(folder)").resolvingSymlinksInPath().path
        guard !passed.contains(place) else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: place)
        } catch {
            throw DatasetError(
                path: "\(root)/\(folder)", kind: .unreadable, message: "expected a folder that can be read: \(error.localizedDescription)")
        }
        let way = passed.union([place])
        var found: [String] = []
        for name in names where !name.hasPrefix(".") {
            let file = "\(folder)/\(name)"
            if ImageExtension(of: name) != nil {
                found.append(file)
            } else if hasFolder(file) {
                found += try images(below: file, through: way)
            }
        }
        return found
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

/// The extensions of image files.
enum ImageExtension: String, CaseIterable {
    case png, jpg, jpeg, jpe, jfif, webp, bmp, dib

    /// The extension of a file's name; nil if it is none of an image.
    init?(of name: String) {
        guard let point = name.lastIndex(of: ".") else { return nil }
        self.init(rawValue: name[name.index(after: point)...].lowercased())
    }

    /// A name without the extension of an image; any other name stays as it is.
    static func dropped(from name: String) -> String {
        guard ImageExtension(of: name) != nil, let point = name.lastIndex(of: ".") else { return name }
        return String(name[..<point])
    }
}

/// How the identifier of a sample follows from the path of a file.
struct IdentifierRule: Sendable {
    /// Folders whose subfolders are part of the identifier; nil where only the name of the file counts.
    var folders: [String]?
    /// Suffixes of a name that are not part of the identifier, the longest first.
    var suffixes: [String] = []

    /// The identifier of a path, or of an identifier.
    func callAsFunction(_ path: String) -> String {
        var name = ImageExtension.dropped(from: path)
        while name.hasPrefix("./") { name.removeFirst(2) }
        while name.hasPrefix("/") { name.removeFirst() }
        if let folders {
            let parts = name.split(separator: "/")
            if let first = parts.firstIndex(where: { folders.contains(String($0)) }), first + 1 < parts.count {
                name = parts[(first + 1)...].joined(separator: "/")
            }
        } else if let slash = name.lastIndex(of: "/") {
            name = String(name[name.index(after: slash)...])
        }
        if let suffix = suffixes.first(where: { name.hasSuffix($0) }) { name.removeLast(suffix.count) }
        return name
    }
}
