/// The names of a data set's samples: what a path, an entry of a list or a file of predictions means.
///
/// A sample is known by the name of its image without the ending, and without suffixes such as `_leftImg8bit`; its folders tell
/// it from others of that name.
struct SampleNames: Sendable {
    /// Suffixes that are not part of a name, the longest first.
    private let suffixes: [String]
    /// What folders mean.
    private let folders: Folders
    private var places: [Place] = []
    private var indices: [String: [Int]] = [:]

    /// Where the files of a sample lie.
    private struct Place: Sendable {
        /// The folders from the data set's own down to the file, and its name.
        var image: [Substring]
        var mask: [Substring]?
    }

    /// What the folders of a path mean.
    enum Folders {
        /// They matter only where several samples have one name: all images lie in one folder.
        case tellApart
        /// They have to fit: the last one that an entry gives lies above the sample, or the sample's own is in the entry's path.
        /// Published lists leave out folders in the middle, and begin with those of other machines.
        case fit
        /// Those below the top one are part of the name, as in a user's folder: `a` is not `north/a`.
        case belongToName
    }

    init(suffixes: [String] = [], folders: Folders = .fit) {
        self.suffixes = suffixes
        self.folders = folders
    }

    /// The name of a file without what does not tell samples apart.
    func stem(of path: String) -> String { stem(ofName: String(path.split(separator: "/").last ?? "")) }

    private func stem(ofName name: String) -> String {
        var name = ImageEnding.dropped(from: name)
        if let suffix = suffixes.first(where: { name.hasSuffix($0) }), name.count > suffix.count { name.removeLast(suffix.count) }
        return name
    }

    /// Adds the sample with the next index.
    mutating func add(image path: String) {
        let parts = Self.parts(of: path)
        indices[stem(ofName: String(parts.last ?? "")), default: []].append(places.count)
        places.append(Place(image: parts))
    }

    /// Notes the mask file of a sample.
    mutating func setMask(_ path: String, of index: Int) { places[index].mask = Self.parts(of: path) }

    /// The identifier of a sample: its name, with its folders where they are part of it or others have the same name.
    func identifier(of index: Int) -> String {
        let parts = places[index].image
        let stem = stem(ofName: String(parts.last ?? ""))
        if folders == .belongToName { return (parts.dropFirst().dropLast().map(String.init) + [stem]).joined(separator: "/") }
        return indices[stem]?.count == 1 ? stem : (parts.dropLast().map(String.init) + [stem]).joined(separator: "/")
    }

    /// The samples that have the name of a path, whatever their folders.
    func samples(named path: String) -> [Int] { indices[stem(of: path)] ?? [] }

    /// The folders of a sample's image, from the data set's own.
    func folders(of index: Int) -> [Substring] { places[index].image.dropLast() }

    /// The samples that an entry means: a path of an image or of its mask, wherever it begins, or an identifier.
    ///
    /// - Returns: One sample, or none where it is unknown; several where it does not tell them apart.
    func matches(_ entry: String) -> [Int] {
        let found = matches(Self.parts(of: entry))
        return found.isEmpty && entry.contains("\\") ? matches(Self.parts(of: entry.replacing("\\", with: "/"))) : found
    }

    private func matches(_ parts: [Substring]) -> [Int] {
        guard let name = parts.last else { return [] }
        let given = parts.dropLast()
        func agrees(_ place: [Substring]) -> Bool {
            let own = place.dropLast()
            let common = min(own.count, given.count)
            switch folders {
            case .tellApart: return true
            case .belongToName: return given.count >= own.count - 1 && own.suffix(common) == given.suffix(common)
            case .fit:
                guard let last = given.last, let folder = own.last else { return true }
                return own.contains(last) || given.contains(folder)
            }
        }
        let candidates = (indices[stem(ofName: String(name))] ?? []).filter { index in
            agrees(places[index].image) || places[index].mask.map(agrees) == true
        }
        guard candidates.count > 1 else { return candidates }
        // Of several, the one whose folders are these as far as both are given, or whose file has this very name.
        let near = candidates.filter { index in
            [places[index].image, places[index].mask ?? []].contains { place in
                let own = place.dropLast()
                let common = min(own.count, given.count)
                return common > 0 && own.suffix(common) == given.suffix(common)
            }
        }
        if near.count == 1 { return near }
        let sameName = candidates.filter { places[$0].image.last == name }
        return sameName.count == 1 ? sameName : candidates
    }

    private static func parts(of path: String) -> [Substring] { path.split(separator: "/").filter { $0 != "." } }
}
