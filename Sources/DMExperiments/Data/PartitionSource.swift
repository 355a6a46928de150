public import DMDatasets
public import DMFormats
import DMTensors

/// Where the choice of labeled images comes from, so that no figure stands without its list.
///
/// Two families of lists of the same size can differ by several points; a name alone does not tell them apart.
public struct PartitionSource: Sendable, Equatable, Codable {
    /// The labeled images.
    public var labeled: List
    /// The unlabeled images.
    public var unlabeled: List

    /// The keys of `metrics.json`.
    private enum CodingKeys: String, CodingKey {
        case labeled = "labelled", unlabeled = "unlabelled"
    }

    /// A list of images.
    public struct List: Sendable, Equatable, Codable {
        /// The file, or by what rule the list was drawn.
        public var name: String
        /// The SHA-256 digest of the file, as `sha256sum` prints it; of a drawn list, that of the file that
        /// `diffmatch partition` writes.
        public var sha256: String
        /// The number of images.
        public var count: Int

        /// A list by its name, content and length.
        public init(name: String, sha256: String, count: Int) {
            self.name = name
            self.sha256 = sha256
            self.count = count
        }
    }
}

extension PartitionSource {
    /// The source of a partition.
    ///
    /// - Parameters:
    ///   - rule: How the parts without a file were drawn.
    init(
        of partition: Partition, on dataset: any SegmentationDataset, labeledFile: String?, unlabeledFile: String?, rule: String
    ) throws(FileError) {
        let texts = partition.lists(of: dataset)
        labeled = try List(file: labeledFile, text: texts.labeled, rule: rule, count: partition.labeled.count)
        unlabeled = try List(
            file: unlabeledFile, text: texts.unlabeled, rule: labeledFile == nil ? rule : "all others", count: partition.unlabeled.count
        )
    }
}

extension PartitionSource.List {
    fileprivate init(file: String?, text: String, rule: String, count: Int) throws(FileError) {
        self.init(
            name: file ?? rule, sha256: SHA256.hexadecimalDigest(of: try file.map(FileBytes.read) ?? Array(text.utf8)), count: count)
    }
}

/// A partition as two files in the common form, `labeled.txt` and `unlabeled.txt`, one sample a line.
public struct PartitionFiles: Sendable {
    /// The partition.
    public let partition: Partition
    /// What is worth knowing of the data, and what would keep a training from beginning on them.
    public let notes: [String]
    private let texts: (labeled: String, unlabeled: String)

    /// The partition of a configuration: that of its lists, or the share and the seed of its own.
    ///
    /// - Throws: `DatasetError` and `DatasetErrors` for files and lists at fault.
    public init(_ configuration: Configuration) throws {
        let data = try ExperimentData(configuration)
        partition = data.partition
        notes = data.notes + configuration.obstacles(to: data.dataset, data.partition).map(\.description)
        texts = partition.lists(of: data.dataset)
    }

    /// Writes both files.
    ///
    /// - Parameter folder: The folder, made if it is not there.
    /// - Returns: The files' paths and digests.
    /// - Throws: `FileError` where the system refuses, or another list is there.
    public func write(to folder: String) throws(FileError) -> [(path: String, count: Int, sha256: String)] {
        try FileFolder.create(at: folder)
        let lists = [
            (path: "\(folder)/labeled.txt", text: texts.labeled, count: partition.labeled.count),
            (path: "\(folder)/unlabeled.txt", text: texts.unlabeled, count: partition.unlabeled.count),
        ]
        // Somebody's own lists may have these names.
        for list in lists where FileKind(ofPath: list.path) != nil {
            guard try FileBytes.read(list.path) == Array(list.text.utf8) else {
                throw FileError(
                    operation: "write", path: list.path, reason: "there is another list already; choose another folder, or move it away")
            }
        }
        var written: [(path: String, count: Int, sha256: String)] = []
        for list in lists {
            try AtomicFile.write(list.text, to: list.path)
            written.append((list.path, list.count, SHA256.hexadecimalDigest(of: Array(list.text.utf8))))
        }
        return written
    }
}
