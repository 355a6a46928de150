import Foundation

/// What lies in a data set's folder.
struct FolderListing: Sendable {
    /// The data set's folder.
    let root: String

    /// - Throws: ``DatasetFault`` where there is no such folder.
    init(root: String) throws(DatasetFault) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw DatasetFault(
                path: root, kind: .missing,
                message: "expected the folder of the data set, found \(isDirectory.boolValue ? "a file" : "none")")
        }
        self.root = root
    }

    /// Whether a file or folder is there.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(name)") }

    /// The first of some files or folders that is there.
    func first(of names: [String]) -> String? { names.first(where: has) }

    /// The first of some folders that is there.
    ///
    /// - Throws: ``DatasetFault`` that names all of them where none is.
    func folder(_ names: String..., purpose: String) throws(DatasetFault) -> String {
        guard let name = first(of: names) else {
            throw DatasetFault(
                path: "\(root)/\(names[0])", kind: .missing,
                message: "expected the folder of \(purpose), \(names.map { "'\($0)'" }.joined(separator: " or ")), found none")
        }
        return name
    }

    /// The image files of a folder and those below it, sorted, as paths from the data set's folder.
    ///
    /// Hidden files are left out. Links to folders are followed, but not to one that the way there came through.
    func images(in folder: String) -> [String] {
        var found: [String] = []
        func visit(_ folder: String, through passed: Set<String>) {
            let place = URL(filePath: "\(root)/\(folder)").resolvingSymlinksInPath().path
            guard !passed.contains(place), let names = try? FileManager.default.contentsOfDirectory(atPath: place) else { return }
            for name in names where !name.hasPrefix(".") {
                if ImageExtension(of: name) != nil {
                    found.append("\(folder)/\(name)")
                } else {
                    visit("\(folder)/\(name)", through: passed.union([place]))
                }
            }
        }
        visit(folder, through: [])
        return found.sorted()
    }
}

/// The ends of image files' names.
enum ImageExtension: String, CaseIterable {
    case png, jpg, jpeg

    /// The one of a file's name, nil where it is no image's.
    init?(of name: String) {
        guard let point = name.lastIndex(of: ".") else { return nil }
        self.init(rawValue: name[name.index(after: point)...].lowercased())
    }

    /// A name without an image's end; any other name as it is, whatever points it has.
    static func dropped(from name: String) -> String {
        guard ImageExtension(of: name) != nil, let point = name.lastIndex(of: ".") else { return name }
        return String(name[..<point])
    }
}
