import Foundation

/// What a disk may hold after the power fails, given the calls that a program made.
///
/// The model is that of Pillai et al., *All File Systems Are Not Created Equal*, OSDI 2014: what was not forced to the disk
/// may be there or not. Data of a file is forced by `fsync` of the file; a name in a folder by `fsync` of the folder.
struct DiskModel {
    /// What a name stands for.
    enum Content: Hashable {
        case folder
        case file(Data)
    }

    /// One state of the disk: what each path stands for.
    struct State: Hashable {
        /// How the state came to be, for a message.
        let story: String
        let content: [String: Content]

        static func == (a: State, b: State) -> Bool { a.content == b.content }
        func hash(into hasher: inout Hasher) { hasher.combine(content) }

        /// Makes the files below a folder, which is empty.
        func write() throws {
            for (path, content) in content.sorted(by: { $0.key < $1.key }) {
                switch content {
                case .folder: try FileTree.makeFolder(path)
                case .file(let bytes): try bytes.write(to: URL(filePath: path))
                }
            }
        }
    }

    /// What becomes of data that was not forced.
    private enum Unforced: String, CaseIterable {
        case kept, halved, lost, zero
    }

    private enum Entry {
        case folder
        case file(Int)
    }

    private struct NameChange {
        var removed: String?
        var added: (path: String, entry: Entry)?

        var folders: Set<String> { Set([removed, added?.path].compactMap { $0 }.map(DiskModel.folder(of:))) }

        func apply(to names: inout [String: Entry]) {
            if let removed { names[removed] = nil }
            if let added { names[added.path] = added.entry }
        }
    }

    /// The names as the program sees them, and those that are on the disk for sure.
    private var names: [String: Entry] = [:], forcedNames: [String: Entry] = [:]
    /// The changes of names that were not forced, in their order.
    private var pending: [NameChange] = []
    /// The bytes of each file as the program sees them, and those that are on the disk for sure.
    private var data: [Data] = [], forcedData: [Data] = []

    /// The folder that everything is in; it is there from the beginning.
    let root: String

    init(root: String) { self.root = root }

    private static func folder(of path: String) -> String { URL(filePath: path).deletingLastPathComponent().path }

    // MARK: The calls

    /// Follows one call.
    mutating func apply(_ call: FaultyCalls.Call) {
        switch call.kind {
        case .create:
            data.append(Data())
            forcedData.append(Data())
            change(NameChange(added: (call.path, .file(data.count - 1))))
        case .folder: change(NameChange(added: (call.path, .folder)))
        case .rename:
            if let entry = names[call.path] { change(NameChange(removed: call.path, added: (call.other, entry))) }
        case .link:
            if let entry = names[call.path] { change(NameChange(added: (call.other, entry))) }
        case .remove: change(NameChange(removed: call.path))
        case .write:
            edit(call.path) { bytes in
                bytes += Data(count: max(0, call.offset + call.data.count - bytes.count))
                bytes.replaceSubrange(call.offset..<call.offset + call.data.count, with: call.data)
            }
        case .resize:
            edit(call.path) { bytes in
                bytes = bytes.prefix(call.size) + Data(count: max(0, call.size - bytes.count))
            }
        case .sync:
            if case .file(let number)? = names[call.path] {
                forcedData[number] = data[number]
            } else {
                for change in pending where change.folders.contains(call.path) { change.apply(to: &forcedNames) }
                pending.removeAll { $0.folders.contains(call.path) }
            }
        }
    }

    private mutating func change(_ change: NameChange) {
        change.apply(to: &names)
        pending.append(change)
    }

    private mutating func edit(_ path: String, _ body: (inout Data) -> Void) {
        guard case .file(let number)? = names[path] else { return }
        body(&data[number])
    }

    // MARK: The states

    /// Everything as the program sees it: what a kill leaves.
    var seen: State { state("killed", names, .kept) }

    /// What is on the disk for sure.
    var forced: State { state("all that was not forced is lost", forcedNames, .lost) }

    /// All states that the disk may be in.
    var states: [State] {
        var states = Unforced.allCases.map { state("data that was not forced: \($0)", names, $0) }
        states.append(state("names that were not forced are lost", forcedNames, .kept))
        states.append(forced)
        // The changes of names may reach the disk in any order: each one alone.
        for change in pending {
            var names = forcedNames
            change.apply(to: &names)
            states.append(state("one name came first: \(change.added?.path ?? change.removed ?? "")", names, .lost))
        }
        return states
    }

    private func state(_ story: String, _ names: [String: Entry], _ unforced: Unforced) -> State {
        func isReachable(_ path: String) -> Bool {
            let folder = Self.folder(of: path)
            if folder == root { return true }
            guard case .folder? = names[folder] else { return false }
            return isReachable(folder)
        }
        var content: [String: Content] = [:]
        for (path, entry) in names where isReachable(path) {
            switch entry {
            case .folder: content[path] = .folder
            case .file(let number): content[path] = .file(bytes(of: number, unforced))
            }
        }
        return State(story: story, content: content)
    }

    private func bytes(of number: Int, _ unforced: Unforced) -> Data {
        let (whole, sure) = (data[number], forcedData[number])
        guard whole.count > sure.count else { return unforced == .kept ? whole : sure }
        switch unforced {
        case .kept: return whole
        case .halved: return sure + whole[sure.count..<(sure.count + whole.count) / 2]
        case .lost: return sure
        case .zero: return sure + Data(count: whole.count - sure.count)
        }
    }
}
