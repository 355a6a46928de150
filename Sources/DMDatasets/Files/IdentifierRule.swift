/// How the path of a file tells the sample that it belongs to.
struct IdentifierRule: Sendable {
    /// Folders up to which a path is no part of the identifier, so that a sample may lie in a folder below; nil where no
    /// folder is part of it.
    var folders: [String]?
    /// Ends of a name that are no part of it, the longest first.
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
