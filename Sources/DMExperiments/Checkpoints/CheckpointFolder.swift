import DMFormats
import DMTensors
import Foundation

/// The checkpoints of one run.
///
/// A checkpoint is two files: `checkpoint-00000200.json`, the manifest, and the arrays in
/// `checkpoint-00000200-<digest>.safetensors`. The arrays are written first, under a name that holds the
/// beginning of their SHA-256 digest, so that no earlier file is touched; the manifest, which names them
/// with size and digest, appears in one step after that. Whenever a run is stopped, each manifest in the
/// folder belongs to arrays that are complete.
public struct CheckpointFolder<State: Codable & Sendable>: Sendable {
    /// The path of the folder.
    public let path: String

    /// The checkpoints in a folder, which the first save makes.
    public init(path: String) { self.path = path }

    /// The newest checkpoint that can be read, and why newer ones were passed over.
    public struct Found: Sendable {
        /// The checkpoint.
        public let checkpoint: Checkpoint<State>
        /// The path of its manifest.
        public let path: String
        /// The faults of newer checkpoints, the newest first; worth a warning.
        public let passedOver: [CheckpointError]
    }

    /// The path of a step's manifest.
    public func path(ofStep step: Int) -> String { "\(path)/\(CheckpointFileName.stem(step)).json" }

    /// The steps that have a manifest, rising.
    ///
    /// - Throws: ``CheckpointError/file(_:)`` where the folder exists and cannot be read.
    public func steps() throws(CheckpointError) -> [Int] {
        try fileNames().compactMap { CheckpointFileName(manifest: $0)?.step }.sorted()
    }
}

// MARK: - Reading

extension CheckpointFolder {
    /// The checkpoint of a step.
    ///
    /// - Parameters:
    ///   - step: The step.
    ///   - isWanted: Whether the array of a name is needed; the others stay in the file. Prediction, for one, needs the
    ///     averaged weights alone. The digest is checked over the whole file all the same.
    ///   - check: Is handed the checkpoint and the path of its manifest, and throws for one that is of no use.
    /// - Throws: ``CheckpointError`` where it is missing or damaged.
    public func load(
        step: Int, arrays isWanted: (String) -> Bool = { _ in true }, check: Check = { _, _ in }
    ) throws(CheckpointError) -> Checkpoint<State> {
        try Self.load(manifest: path(ofStep: step), arrays: isWanted, check: check)
    }

    /// Throws for a checkpoint, whose manifest has that path, that is whole and all the same of no use.
    public typealias Check = (_ checkpoint: Checkpoint<State>, _ path: String) throws(CheckpointError) -> Void

    /// The newest checkpoint that can be read; nil where the folder has none at all.
    ///
    /// - Parameters:
    ///   - isWanted: Whether the array of a name is needed.
    ///   - check: Is handed a checkpoint and the path of its manifest, and throws for one that is of no use.
    /// - Throws: ``CheckpointError/noneValid(path:faults:)`` where there are some and all are damaged.
    public func latest(
        arrays isWanted: (String) -> Bool = { _ in true }, check: Check = { _, _ in }
    ) throws(CheckpointError) -> Found? {
        let found = try newest { step throws(CheckpointError) in try load(step: step, arrays: isWanted, check: check) }
        guard let (checkpoint, faults) = found else { return nil }
        return Found(checkpoint: checkpoint, path: path(ofStep: checkpoint.step), passedOver: faults)
    }

    /// What can be made of the newest checkpoint that anything can be made of, and the faults of newer ones, the newest first;
    /// nil where the folder has none at all.
    ///
    /// - Throws: ``CheckpointError/noneValid(path:faults:)`` where there are some and all are damaged.
    func newest<Value>(_ make: (_ step: Int) throws(CheckpointError) -> Value) throws(CheckpointError) -> (Value, [CheckpointError])? {
        // A training that goes on meanwhile may remove what was just listed, and has then written something newer.
        var attempts = 0
        while true {
            attempts += 1
            var faults: [CheckpointError] = []
            let listed = try steps()
            for step in listed.reversed() {
                do throws(CheckpointError) {
                    return (try make(step), faults)
                } catch {
                    faults.append(error)
                }
            }
            if faults.isEmpty { return nil }
            guard attempts < 20, try steps() != listed else { throw .noneValid(path: path, faults: faults) }
        }
    }

    /// The checkpoint at a path: a manifest, or a folder, of which the newest valid one is taken.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - isWanted: Whether the array of a name is needed.
    ///   - check: Is handed a checkpoint and the path of its manifest, and throws for one that is of no use.
    /// - Throws: ``CheckpointError`` where there is none, or it is damaged.
    public static func find(
        at path: String, arrays isWanted: (String) -> Bool = { _ in true }, check: Check = { _, _ in }
    ) throws(CheckpointError) -> Found {
        guard let kind = FileKind(ofPath: path) else { throw .missing(path: path) }
        guard kind == .folder else {
            return Found(checkpoint: try load(manifest: path, arrays: isWanted, check: check), path: path, passedOver: [])
        }
        guard let found = try CheckpointFolder(path: path).latest(arrays: isWanted, check: check) else { throw .missing(path: path) }
        return found
    }

    private static func load(
        manifest path: String, arrays isWanted: (String) -> Bool, check: Check
    ) throws(CheckpointError) -> Checkpoint<State> {
        guard FileKind(ofPath: path) != nil else { throw .missing(path: path) }
        let bytes: [UInt8]
        do throws(FileError) { bytes = try FileBytes.read(path, limit: CheckpointManifest<State>.maximumSize) } catch { throw .file(error) }
        let manifest = try CheckpointManifest<State>(bytes, path: path)
        if let named = CheckpointFileName(manifest: URL(filePath: path).lastPathComponent), named.step != manifest.step {
            throw .inconsistent(path: path, reason: "it is of step \(manifest.step)")
        }
        let arraysPath = URL(filePath: path).deletingLastPathComponent().appending(path: manifest.arrays.file).path
        // Mapped: neither the digest nor the arrays that are not wanted take memory of the program's own.
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: arraysPath) } catch { throw .file(error) }
        guard file.count == manifest.arrays.bytes else {
            throw .sizeMismatch(path: arraysPath, expected: manifest.arrays.bytes, found: file.count)
        }
        let digest = file.withUnsafeBytes { SHA256.hexadecimalDigest(of: $0) }
        guard digest == manifest.arrays.sha256 else { throw .digestMismatch(path: arraysPath) }
        let checkpoint: Checkpoint<State>
        do throws(SafetensorsError) {
            var content = try Safetensors(file)
            content.arrays.removeAll { !isWanted($0.name) }
            checkpoint = Checkpoint(step: manifest.step, arrays: content.parameterValues(), state: manifest.state)
        } catch {
            throw .arrays(path: arraysPath, error)
        }
        try check(checkpoint, path)
        return checkpoint
    }

    func fileNames() throws(CheckpointError) -> [String] {
        guard FileKind(ofPath: path) != nil else { return [] }
        do throws(FileError) { return try FileFolder.content(of: path).names } catch { throw .file(error) }
    }
}
