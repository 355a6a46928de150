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
    public func path(ofStep step: Int) -> String { "\(path)/\(Self.stem(step)).json" }

    /// The steps that have a manifest, rising.
    ///
    /// - Throws: ``CheckpointError/file(_:)`` where the folder exists and cannot be read.
    public func steps() throws(CheckpointError) -> [Int] {
        try fileNames().compactMap { name in
            guard name.hasPrefix(Self.prefix), name.hasSuffix(".json") else { return nil }
            return Int(name.dropFirst(Self.prefix.count).dropLast(5))
        }.sorted()
    }
}

// MARK: - Writing

extension CheckpointFolder {
    /// Writes a checkpoint as a whole or not at all, then removes old ones.
    ///
    /// - Parameters:
    ///   - checkpoint: The checkpoint; it replaces one of the same step.
    ///   - count: How many of the newest checkpoints stay, at least 1.
    /// - Throws: ``CheckpointError`` where the system refuses; earlier checkpoints are then as they were.
    public func save(_ checkpoint: Checkpoint<State>, keeping count: Int = 2) throws(CheckpointError) {
        do throws(FileError) { try FileFolder.create(at: path) } catch { throw .file(error) }
        let stem = Self.stem(checkpoint.step)
        let arrays = try Self.bytes(of: checkpoint.arrays, path: path)
        let digest = SHA256.hexadecimalDigest(of: arrays)
        let manifest = CheckpointManifest(
            format: CheckpointFormat.current, step: checkpoint.step,
            arrays: .init(file: "\(stem)-\(digest.prefix(16)).safetensors", bytes: arrays.count, sha256: digest),
            state: checkpoint.state)
        let json = try Self.encode(manifest, path: path(ofStep: checkpoint.step))
        do throws(FileError) {
            try AtomicFile.write(arrays, to: "\(path)/\(manifest.arrays.file)")
            try AtomicFile.write(json, to: path(ofStep: checkpoint.step))
        } catch {
            throw .file(error)
        }
        try removeAll(butNewest: max(1, count), current: checkpoint.step, arrays: manifest.arrays.file)
    }

    /// Removes all checkpoints, before a run that begins anew.
    ///
    /// - Throws: ``CheckpointError/file(_:)`` where the system refuses.
    public func removeAll() throws(CheckpointError) {
        for name in try fileNames() where name.hasPrefix(Self.prefix) || name.hasPrefix(".\(Self.prefix)") { try remove(name) }
    }

    private static func bytes(of arrays: ParameterValues, path: String) throws(CheckpointError) -> [UInt8] {
        do throws(SafetensorsError) { return try Safetensors(arrays).bytes() } catch { throw .arrays(path: path, error) }
    }

    private static func encode(_ manifest: CheckpointManifest<State>, path: String) throws(CheckpointError) -> [UInt8] {
        do {
            return Array(try JSONEncoder.readable.encode(manifest))
        } catch {
            throw .malformedManifest(path: path, reason: "\(error)")
        }
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
    /// - Throws: ``CheckpointError`` where it is missing or damaged.
    public func load(step: Int, arrays isWanted: (String) -> Bool = { _ in true }) throws(CheckpointError) -> Checkpoint<State> {
        try Self.load(manifest: path(ofStep: step), arrays: isWanted)
    }

    /// The newest checkpoint that can be read; nil where the folder has none at all.
    ///
    /// - Parameter isWanted: Whether the array of a name is needed.
    /// - Throws: ``CheckpointError/noneValid(path:faults:)`` where there are some and all are damaged.
    public func latest(arrays isWanted: (String) -> Bool = { _ in true }) throws(CheckpointError) -> Found? {
        var faults: [CheckpointError] = []
        for step in try steps().reversed() {
            do throws(CheckpointError) {
                return Found(checkpoint: try load(step: step, arrays: isWanted), path: path(ofStep: step), passedOver: faults)
            } catch {
                faults.append(error)
            }
        }
        if !faults.isEmpty { throw .noneValid(path: path, faults: faults) }
        return nil
    }

    /// The checkpoint at a path: a manifest, or a folder, of which the newest valid one is taken.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - isWanted: Whether the array of a name is needed.
    /// - Throws: ``CheckpointError`` where there is none, or it is damaged.
    public static func find(at path: String, arrays isWanted: (String) -> Bool = { _ in true }) throws(CheckpointError) -> Found {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw .missing(path: path) }
        guard isFolder.boolValue else {
            return Found(checkpoint: try load(manifest: path, arrays: isWanted), path: path, passedOver: [])
        }
        guard let found = try CheckpointFolder(path: path).latest(arrays: isWanted) else { throw .missing(path: path) }
        return found
    }

    private static func load(manifest path: String, arrays isWanted: (String) -> Bool) throws(CheckpointError) -> Checkpoint<State> {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
        let manifest = try manifest(at: path)
        let arraysPath = URL(filePath: path).deletingLastPathComponent().appending(path: manifest.arrays.file).path
        // Mapped: neither the digest nor the arrays that are not wanted take memory of the program's own.
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: arraysPath) } catch { throw .file(error) }
        guard file.count == manifest.arrays.bytes else {
            throw .sizeMismatch(path: arraysPath, expected: manifest.arrays.bytes, found: file.count)
        }
        let digest = file.withUnsafeBytes { SHA256.hexadecimalDigest(of: $0) }
        guard digest == manifest.arrays.sha256 else { throw .digestMismatch(path: arraysPath) }
        do throws(SafetensorsError) {
            var content = try Safetensors(file)
            content.arrays.removeAll { !isWanted($0.name) }
            return Checkpoint(step: manifest.step, arrays: content.parameterValues(), state: manifest.state)
        } catch {
            throw .arrays(path: arraysPath, error)
        }
    }

    private static func manifest(at path: String) throws(CheckpointError) -> CheckpointManifest<State> {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try FileBytes.read(path) } catch { throw .file(error) }
        let decoder = JSONDecoder.readable
        do {
            let format = try decoder.decode(CheckpointFormat.self, from: Data(bytes)).format
            guard format == CheckpointFormat.current else {
                throw CheckpointError.unknownFormat(path: path, expected: CheckpointFormat.current, found: format)
            }
            return try decoder.decode(CheckpointManifest<State>.self, from: Data(bytes))
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw .malformedManifest(path: path, reason: "\(error)")
        }
    }
}

// MARK: - Files

extension CheckpointFolder {
    private static var prefix: String { "checkpoint-" }

    private static func stem(_ step: Int) -> String {
        let digits = String(step)
        return prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// Removes manifests beyond the newest `count`, then what no manifest needs.
    private func removeAll(butNewest count: Int, current: Int, arrays: String) throws(CheckpointError) {
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

    private func remove(_ name: String) throws(CheckpointError) {
        do {
            try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        } catch {
            throw .file(FileError(operation: "remove", path: "\(path)/\(name)", reason: error.localizedDescription))
        }
    }

    private func fileNames() throws(CheckpointError) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw .file(FileError(operation: "list", path: path, reason: error.localizedDescription))
        }
    }
}
