import Foundation
import Testing

/// What two equal runs have in common: every file of a run's folder, without times.
struct RunContent {
    /// The content of each file, by its path below the folder.
    private(set) var files: [String: Data] = [:]

    /// What a folder holds now.
    ///
    /// - Parameter ignoresThreads: Whether runs with different numbers of threads are to be equal.
    init(of folder: String, ignoresThreads: Bool = false) throws {
        for path in FileTree.files(below: folder) where !Self.isPartial(path) && !Self.isClaim(path) {
            let data = try Data(contentsOf: URL(filePath: "\(folder)/\(path)"))
            files[path] = try Self.timeless(data, of: path)
            if ignoresThreads, !path.hasSuffix(".safetensors") {
                files[path] = Data(String(decoding: files[path] ?? data, as: UTF8.self).replacing(/threads: \d+/, with: "threads: n").utf8)
            }
        }
    }

    /// The paths that are in one of two runs alone, or differ.
    ///
    /// - Parameter spares: Whether this run may hold older checkpoints that the other one does not.
    func differences(from other: RunContent, sparingOlderCheckpoints spares: Bool = false) -> [String] {
        Set(files.keys).union(other.files.keys).filter { path in
            if spares, other.files[path] == nil, path.contains(/^(best\/)?checkpoint-/) { return false }
            return files[path] != other.files[path]
        }.sorted()
    }

    /// Whether a file is the beginning of one that was never finished.
    static func isPartial(_ path: String) -> Bool { path.hasSuffix(".partial") }

    /// The unfinished files below a folder.
    static func partials(below folder: String) -> [String] { FileTree.files(below: folder).filter(isPartial) }

    /// Whether a file says who trains in the folder, and nothing of the run.
    static func isClaim(_ path: String) -> Bool { path.hasSuffix("lock") }

    private static func timeless(_ data: Data, of path: String) throws -> Data {
        // A damaged manifest that is passed over may be no JSON any more: it is then what it is.
        if path.hasSuffix(".json") { return (try? canonical(data, isManifest: path.contains("checkpoint-"))) ?? data }
        guard path.hasSuffix(".jsonl") else { return data }
        let lines = try data.split(separator: UInt8(ascii: "\n")).map { try canonical($0, isManifest: false) }
        return Data(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// JSON with its keys in order; times, the peak memory and a manifest's digest of itself are left out.
    private static func canonical(_ data: Data, isManifest: Bool) throws -> Data {
        var value = withoutTimes(try JSONSerialization.jsonObject(with: data))
        if isManifest, var manifest = value as? [String: Any] {
            manifest["sha256"] = nil
            manifest["digest"] = nil
            value = manifest
        }
        return try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
    }

    private static func withoutTimes(_ value: Any) -> Any {
        switch value {
        case let object as [String: Any]: object.filter { $0.key != "seconds" && $0.key != "peakMemory" }.mapValues(withoutTimes)
        case let list as [Any]: list.map(withoutTimes)
        default: value
        }
    }
}

/// Expects that a training has come to the end that it reaches undisturbed: bit-equal arrays, equal measures and records.
///
/// - Parameters:
///   - spares: Whether checkpoints of earlier steps may be there besides.
///   - story: What happened to the training.
func expectSameEnd(
    _ training: TinyTraining, as reference: RunContent, sparingOlderCheckpoints spares: Bool = false, _ story: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let differences = try RunContent(of: training.folder).differences(from: reference, sparingOlderCheckpoints: spares)
    #expect(differences == [], "\(story)", sourceLocation: sourceLocation)
    let partials = RunContent.partials(below: training.folder)
    #expect(partials == [], "\(story): what was left unfinished is cleared away", sourceLocation: sourceLocation)
}
