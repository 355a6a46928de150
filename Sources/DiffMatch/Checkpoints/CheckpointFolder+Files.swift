import DMFormats
import DMTensors
import Foundation

/// Names and removal of a checkpoint folder's files.
extension CheckpointFolder {
    static var prefix: String { "checkpoint-" }

    static func stem(_ step: Int) -> String {
        let digits = String(step)
        return prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// Removes manifests beyond the newest `count`, then what no manifest needs.
    func removeAll(butNewest count: Int, current: Int, arrays: String) throws(CheckpointError) {
        let steps = try steps()
        let kept = Set(steps.suffix(count)).union([current])
        for step in steps where !kept.contains(step) { try remove("\(Self.stem(step)).json") }
        for name in try fileNames() {
            let isPartial = name.hasPrefix(".\(Self.prefix)") && name.hasSuffix(AtomicFile.partialSuffix)
            let isArrays = name.hasPrefix(Self.prefix) && name.hasSuffix(".safetensors")
            let owner = kept.first { name.hasPrefix("\(Self.stem($0))-") }
            let isNeeded = owner != nil && (owner != current || name == arrays)
            if isPartial || isArrays && !isNeeded { try remove(name) }
        }
    }

    func remove(_ name: String) throws(CheckpointError) {
        do {
            try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        } catch {
            throw .file(FileError(operation: "remove", path: "\(path)/\(name)", reason: error.localizedDescription))
        }
    }

    func fileNames() throws(CheckpointError) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw .file(FileError(operation: "list", path: path, reason: error.localizedDescription))
        }
    }
}
