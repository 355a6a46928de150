import DMFormats
import Foundation

/// The folder of a run: the files that are its own, and who writes them.
///
/// Nothing in the folder is removed or written over that no run has written.
struct RunFolder: Sendable {
    /// The path of the folder.
    let path: String

    /// All settings, as resolved.
    var configurationFile: String { "\(path)/config.yaml" }
    /// A line for each step and each evaluation.
    var records: RecordWriter { RecordWriter(path: "\(path)/records.jsonl") }
    /// The measures with the last averaged weights.
    var reportFile: String { "\(path)/metrics.json" }
    /// The measures with the weights that were best on the validation part.
    var bestReportFile: String { "\(path)/metrics-best.json" }
    /// The last checkpoints.
    var checkpoints: CheckpointFolder<CheckpointState> { CheckpointFolder(path: path) }
    /// The weights that were best on the validation part.
    var best: CheckpointFolder<CheckpointState> { CheckpointFolder(path: "\(path)/best") }

    /// The files that are no checkpoints, each with whether a run has written the one that is there.
    private var files: [(path: String, isOurs: () -> Bool)] {
        [
            (configurationFile, { (try? Configuration.loadSaved(file: configurationFile)) != nil }),
            (records.path, { records.isOfRecords }),
            (reportFile, { (try? EvaluationReport(path: reportFile)) != nil }),
            (bestReportFile, { (try? EvaluationReport(path: bestReportFile)) != nil }),
        ]
    }

    /// Runs `body` while this process alone may write a run into the folder, which is made where it is missing.
    ///
    /// A folder that was made for this goes again if nothing was written into it.
    ///
    /// - Parameter warn: Is told of a file system without locks.
    /// - Throws: `RunError.folderInUse` where another process writes a run into the folder, `FileError` where the system
    ///   refuses, and what `body` throws.
    func claimed<Result>(warn: (String) -> Void, _ body: () throws -> Result) throws -> Result {
        let isMissing = FileKind(ofPath: path) == nil
        try FileFolder.create(at: path)
        defer { if isMissing { rmdir(path) } }
        return try locked(warn, body)
    }

    private func locked<Result>(_ warn: (String) -> Void, _ body: () throws -> Result) throws -> Result {
        let lock: FileLock
        do throws(FileLockError) {
            lock = try FileLock(at: "\(path)/.lock")
        } catch {
            switch error {
            case .held(_, let holder): throw RunError.folderInUse(folder: path, by: holder?.description)
            case .file(let error): throw error
            }
        }
        if !lock.isEnforced { warn("the file system of '\(path)' has no locks: nothing keeps a second training out of the folder") }
        return try withExtendedLifetime(lock, body)
    }

    /// What of a run is in the folder, by name.
    ///
    /// - Throws: `CheckpointError` for a folder that cannot be read.
    func contents() throws(CheckpointError) -> [String] {
        let files = files.filter { FileKind(ofPath: $0.path, followsLinks: false) != nil }.map { URL(filePath: $0.path).lastPathComponent }
        let newest = try checkpoints.steps().last.map { CheckpointFileName.stem($0) + ".json" }
        let newestBest = try best.steps().last.map { "best/" + CheckpointFileName.stem($0) + ".json" }
        return [newest, newestBest].compactMap { $0 } + files
    }

    /// Refuses a folder in which there is a run already.
    ///
    /// - Throws: `RunError.folderOccupied`, or `CheckpointError` for a folder that cannot be read.
    func checkVacant() throws {
        let found = try contents()
        if !found.isEmpty { throw RunError.folderOccupied(folder: path, found: found) }
    }

    /// Refuses to remove a run whose files are not all those of a run.
    ///
    /// - Throws: `RunError.notOfARun` that names the first such file.
    func checkOurs() throws(RunError) {
        for file in files where FileKind(ofPath: file.path, followsLinks: false) != nil && !file.isOurs() {
            throw .notOfARun(file: file.path)
        }
    }

    /// Removes the run that is in the folder; all else stays.
    ///
    /// - Throws: As ``checkOurs()``; `CheckpointError` and `FileError` where the system refuses.
    func removeRun() throws {
        try checkOurs()
        try checkpoints.removeAll()
        try best.removeAll()
        for file in files where FileKind(ofPath: file.path, followsLinks: false) != nil { try FileFolder.removeFile(at: file.path) }
    }

    /// Removes what killed runs have left behind: files that were still being written, and arrays without a manifest.
    ///
    /// - Throws: `CheckpointError` and `FileError` where the system refuses.
    func removeLeftovers() throws {
        try checkpoints.removeLeftovers()
        try best.removeLeftovers()
        let names = files.map { URL(filePath: $0.path).lastPathComponent }
        try AtomicFile.removeStalePartials(in: path) { names.contains($0) }
    }
}

/// Why a run cannot begin, or go on, in its folder.
public enum RunError: Error, Equatable, CustomStringConvertible {
    /// Another process trains into the folder.
    case folderInUse(folder: String, by: String?)
    /// There is a run in the folder already.
    case folderOccupied(folder: String, found: [String])
    /// A file that would be removed or written over is none that a run has written.
    case notOfARun(file: String)
    /// The images are not those that the run began with.
    case imagesDiffer(saved: DatasetIdentity, found: DatasetIdentity)
    /// The classes are not as many as those that the network was trained on.
    case classCountDiffers(known: Int, found: [String])

    /// The error in words.
    public var description: String {
        switch self {
        case .folderInUse(let folder, let holder):
            "another training writes into '\(folder)' (\(holder ?? "it does not say which")): wait for its end, or choose another --output"
        case .folderOccupied(let folder, let found):
            "there is a run in '\(folder)' (\(found.joined(separator: ", "))): go on with it by --resume, choose another "
                + "--output, or remove it and begin anew by --overwrite"
        case .notOfARun(let file):
            "'\(file)' is none of a run's files, and stays: choose another --output, or move it away"
        case .imagesDiffer(let saved, let found):
            "the data are not those that the run began with: \(found.differences(from: saved).joined(separator: "; ")); give the "
                + "run its images back, begin anew in another --output, or go on with those of today by --accept-other-images"
        case .classCountDiffers(let known, let found):
            "the network tells \(known) classes apart; the data set has \(found.count): \(found.joined(separator: ", "))"
        }
    }
}
