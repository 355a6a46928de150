public import DMDatasets
public import DMTensors

/// A partition as two files in the common form, `labeled.txt` and `unlabeled.txt`, one sample a line.
public struct PartitionFiles: Sendable {
    /// The partition.
    public let partition: Partition
    private let texts: (labeled: String, unlabeled: String)

    /// The partition of a configuration: that of its lists, or the share and the seed of its own.
    ///
    /// - Throws: `DatasetError` and `DatasetErrors` for files and lists at fault.
    public init(_ configuration: Configuration) throws {
        let data = try ExperimentData(configuration)
        partition = data.partition
        texts = partition.lists(of: data.dataset)
    }

    /// Writes both files.
    ///
    /// - Parameter folder: The folder, made if it is not there.
    /// - Returns: The files' paths and digests.
    /// - Throws: `FileError` where the system refuses.
    public func write(to folder: String) throws(FileError) -> [(path: String, count: Int, sha256: String)] {
        try FileFolder.create(at: folder)
        var written: [(path: String, count: Int, sha256: String)] = []
        for (name, text, count) in [
            ("labeled.txt", texts.labeled, partition.labeled.count), ("unlabeled.txt", texts.unlabeled, partition.unlabeled.count),
        ] {
            try AtomicFile.write(text, to: "\(folder)/\(name)")
            written.append(("\(folder)/\(name)", count, SHA256.hexadecimalDigest(of: Array(text.utf8))))
        }
        return written
    }
}
