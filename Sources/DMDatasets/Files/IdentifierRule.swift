/// How the path of a file tells the sample that it belongs to.
struct IdentifierRule: Sendable {
    /// Folders at the beginning of a path that are no part of the identifier; nil where no folder is.
    var folders: [String]?
    /// Ends of a name that are no part of it, the longest first.
    var suffixes: [String] = []

    /// The identifier of a path, or of an identifier.
    func callAsFunction(_ path: String) -> String {
        var name = ImageExtension.dropped(from: path)
        while name.hasPrefix("./") { name.removeFirst(2) }
        while name.hasPrefix("/") { name.removeFirst() }
        if let folders {
            if let folder = folders.first(where: { name.hasPrefix($0 + "/") }) { name.removeFirst(folder.count + 1) }
        } else if let slash = name.lastIndex(of: "/") {
            name = String(name[name.index(after: slash)...])
        }
        if let suffix = suffixes.first(where: { name.hasSuffix($0) }) { name.removeLast(suffix.count) }
        return name
    }
}
