import DMFormats
import DMTensors
import Foundation

extension CheckpointFolder {
    /// Writes a checkpoint as a whole or not at all, then removes old ones.
    ///
    /// - Parameters:
    ///   - checkpoint: The checkpoint; it replaces one of the same step.
    ///   - count: How many of the newest checkpoints stay, at least 1.
    /// - Throws: ``CheckpointError`` where the system refuses; earlier checkpoints are then as they were.
    public func save(_ checkpoint: Checkpoint<State>, keeping count: Int = 2) throws(CheckpointError) {
        do throws(FileError) { try FileFolder.create(at: path) } catch { throw .file(error) }
        let stem = CheckpointFileName.stem(checkpoint.step)
        let arrays: [UInt8]
        do throws(SafetensorsError) { arrays = try Safetensors(checkpoint.arrays).bytes() } catch { throw .arrays(path: path, error) }
        let digest = SHA256.hexadecimalDigest(of: arrays)
        let manifest = CheckpointManifest(
            step: checkpoint.step,
            arrays: .init(file: "\(stem)-\(digest.prefix(16)).safetensors", bytes: arrays.count, sha256: digest), state: checkpoint.state)
        let json = try manifest.bytes(for: path(ofStep: checkpoint.step))
        let replaced = files(ofStep: checkpoint.step)
        do throws(FileError) {
            try AtomicFile.write(arrays, to: "\(path)/\(manifest.arrays.file)")
            try AtomicFile.write(json, to: path(ofStep: checkpoint.step))
        } catch {
            throw .file(error)
        }
        if let replaced, replaced != manifest.arrays.file { try remove(replaced) }
        let own = try steps().filter { files(ofStep: $0) != nil }
        for step in own.dropLast(max(1, count)) where step != checkpoint.step { try remove(step: step) }
    }

    /// Removes all checkpoints, before a run that begins anew, and what a killed run has left behind of one.
    ///
    /// Removed is what has the exact form of a checkpoint's file and belongs to one: a manifest that says so, the arrays that
    /// it names, arrays whose name holds their own digest, and partial files. Anything else in the folder stays.
    ///
    /// - Throws: ``CheckpointError/file(_:)`` where the system refuses.
    public func removeAll() throws(CheckpointError) {
        for step in try steps() { try remove(step: step) }
        try removeLeftovers()
    }

    /// Removes what a killed run has left behind of a checkpoint: arrays without a manifest, and partial files.
    ///
    /// - Throws: ``CheckpointError/file(_:)`` where the system refuses.
    public func removeLeftovers() throws(CheckpointError) {
        do throws(FileError) {
            try AtomicFile.removeStalePartials(in: path) {
                CheckpointFileName(manifest: $0) != nil || CheckpointFileName(arrays: $0) != nil
            }
        } catch {
            throw .file(error)
        }
        let names = try fileNames()
        let manifests = Set(names.compactMap { CheckpointFileName(manifest: $0)?.step })
        for name in names {
            if let file = CheckpointFileName(arrays: name), let digest = file.digest {
                // A damaged manifest keeps its arrays: somebody may mend it.
                let isOrphan = !manifests.contains(file.step) || files(ofStep: file.step).map { $0 != name } ?? false
                if isOrphan, isDigest(digest, ofFile: name) { try remove(name) }
            }
        }
    }

    /// The arrays that the manifest of a step names; nil where there is no such manifest, or it is none of a checkpoint.
    private func files(ofStep step: Int) -> String? {
        guard let bytes = try? FileBytes.read(path(ofStep: step)),
            let files = try? JSONDecoder.readable.decode(ManifestFiles.self, from: Data(bytes)),
            files.step == step, CheckpointFileName(arrays: files.arrays.file)?.step == step
        else { return nil }
        return files.arrays.file
    }

    /// Removes the checkpoint of a step; what only looks like one stays.
    private func remove(step: Int) throws(CheckpointError) {
        guard let arrays = files(ofStep: step) else { return }
        try remove("\(CheckpointFileName.stem(step)).json")
        try remove(arrays)
    }

    private func isDigest(_ digest: String, ofFile name: String) -> Bool {
        guard let file = try? ByteRegion(mapping: "\(path)/\(name)") else { return false }
        return file.withUnsafeBytes { SHA256.hexadecimalDigest(of: $0) }.hasPrefix(digest)
    }

    private func remove(_ name: String) throws(CheckpointError) {
        do throws(FileError) { try FileFolder.removeFile(at: "\(path)/\(name)") } catch { throw .file(error) }
    }
}
