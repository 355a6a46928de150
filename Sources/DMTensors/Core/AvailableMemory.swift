import Foundation

/// How much memory the process can still have.
///
/// Linux promises more than there is, and kills whoever makes use of the promise: that an allocation succeeds says
/// little. What counts is what the machine has free, what the limit of the container or job (control group) leaves,
/// and what `ulimit` leaves.
package enum AvailableMemory {
    /// The bytes that tensors may still take up, those of unused blocks of ``TensorMemory`` included; nil where the system
    /// does not tell.
    package static var bytes: Int? {
        #if os(Linux)
            let limits = [machine, ControlGroup.available, processLimits].compactMap(\.self)
            return limits.min().map { max(0, $0) + TensorMemory.unusedBytes }
        #else
            return nil
        #endif
    }

    /// The size in words, such as "1.2 GB".
    package static func words(_ bytes: Int) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
        var (value, unit) = (Double(bytes), 0)
        while value >= 999.5, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        let isRound = unit == 0 || value >= 99.95
        return (isRound ? "\(Int(value.rounded()))" : "\((value * 10).rounded() / 10)") + " \(units[unit])"
    }

    #if os(Linux)
        private static var machine: Int? {
            guard let table = text(ofFile: "/proc/meminfo") else { return nil }
            let isStrict = text(ofFile: "/proc/sys/vm/overcommit_memory").map { integer($0) == 2 } ?? false
            return ofMachine(table, isOvercommitStrict: isStrict)
        }

        private static var processLimits: Int? {
            guard let table = text(ofFile: "/proc/self/status") else { return nil }
            var (space, data) = (rlimit(), rlimit())
            guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space) == 0,
                getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &data) == 0
            else { return nil }
            return ofProcess(table, addressSpace: Int(clamping: space.rlim_cur), data: Int(clamping: data.rlim_cur))
        }
    #endif

    /// What `/proc/meminfo` has free; where the system promises no more than it has, what it still promises.
    package static func ofMachine(_ table: String, isOvercommitStrict: Bool) -> Int? {
        let sizes = kilobytes(table)
        // Kernels before 3.14 do not say what is available: about what is free and what only caches files.
        var available = sizes["MemAvailable"] ?? sizes["MemFree"].map { $0 + (sizes["Cached"] ?? 0) }
        if isOvercommitStrict, let limit = sizes["CommitLimit"], let committed = sizes["Committed_AS"] {
            available = min(available ?? .max, limit - committed)
        }
        return available
    }

    /// What the limits of a process leave of what `/proc/self/status` says that it uses; nil without limits.
    package static func ofProcess(_ table: String, addressSpace: Int, data: Int) -> Int? {
        let sizes = kilobytes(table)
        let left = [(addressSpace, sizes["VmSize"]), (data, sizes["VmData"])].compactMap { limit, used in
            limit == .max ? nil : used.map { limit - $0 }
        }
        return left.min()
    }

    /// The sizes in bytes of a table with lines such as `MemFree:  123 kB`.
    private static func kilobytes(_ table: String) -> [String: Int] {
        var sizes: [String: Int] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 3, words[2] == "kB", words[0].last == ":", let count = Int(words[1]), count <= Int.max >> 10 else {
                continue
            }
            sizes[String(words[0].dropLast())] = count << 10
        }
        return sizes
    }

    /// The integer that a text is, apart from blanks around it.
    static func integer(_ text: some StringProtocol) -> Int? { Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) }

    /// The text of one of the system's tables.
    static func text(ofFile path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The control group of the process: the container, job or service whose memory may be limited.
///
/// Source: Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
package enum ControlGroup {
    /// One of the two forms of the system's files.
    private struct Files {
        let limit: String
        let usage: String
        /// The field of `memory.stat` with the pages of files that can be dropped at once.
        let droppable: String
    }

    private static let first = Files(limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes", droppable: "total_inactive_file")
    private static let second = Files(limit: "memory.max", usage: "memory.current", droppable: "inactive_file")

    /// What the limits of the group and of those that it lies in leave, nil where there is none.
    static var available: Int? {
        guard let groups = AvailableMemory.text(ofFile: "/proc/self/cgroup") else { return nil }
        return available(groups, text: AvailableMemory.text)
    }

    /// The same from `/proc/self/cgroup` and a way to read files.
    package static func available(_ groups: String, text: (String) -> String?) -> Int? {
        folders(groups).compactMap { folder, files in left(in: folder, files, text) }.min()
    }

    /// The folders that may hold limits: those of the group and of all that it lies in.
    ///
    /// Within a container the group's path may be that of the machine, and its files lie at the top.
    private static func folders(_ groups: String) -> [(folder: String, files: Files)] {
        groups.split(separator: "\n").flatMap { line -> [(folder: String, files: Files)] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            if fields[0] == "0", fields[1].isEmpty {
                return ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].flatMap { root in ancestors(fields[2], root).map { ($0, second) } }
            }
            guard fields[1].split(separator: ",").contains("memory") else { return [] }
            return ancestors(fields[2], "/sys/fs/cgroup/memory").map { ($0, first) }
        }
    }

    private static func ancestors(_ path: Substring, _ root: String) -> [String] {
        var parts = path.split(separator: "/").filter { $0 != ".." }
        var folders = [root]
        while !parts.isEmpty {
            folders.append(root + "/" + parts.joined(separator: "/"))
            parts.removeLast()
        }
        return folders
    }

    private static func left(in folder: String, _ files: Files, _ text: (String) -> String?) -> Int? {
        // Without a limit the second form says "max", and the first a number near 2^63.
        guard let limit = text("\(folder)/\(files.limit)").flatMap({ AvailableMemory.integer($0) }), limit < 1 << 60,
            let usage = text("\(folder)/\(files.usage)").flatMap({ AvailableMemory.integer($0) })
        else { return nil }
        let statistics = text("\(folder)/memory.stat") ?? ""
        let droppable = statistics.split(separator: "\n").lazy.compactMap { line -> Int? in
            let words = line.split(separator: " ")
            return words.count == 2 && words[0] == files.droppable ? Int(words[1]) : nil
        }.first
        return limit - max(0, usage - (droppable ?? 0))
    }
}
