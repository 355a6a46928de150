import DMDatasets
import DMFormats
import DMTensors
import DiffMatch

/// The labels that a finished network gave the unlabeled images of a training, in files: one PNG of class indices for each, 255
/// where it teaches nothing.
struct PseudoLabelFolder: Sendable {
    /// The pixels of each class that teach.
    let shares: ClassShares
    /// The share of all pixels that teach, in 0...1.
    let coverage: Double
    /// The file of each unlabeled image, by its index in the training part.
    private let paths: [Int: String]
    private let classCount: Int

    /// The labels in a folder, each read once.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - dataset: The data set.
    ///   - partition: Which of its training images are unlabeled.
    ///   - progress: Is told how many of how many files are read.
    /// - Throws: `DatasetErrors` with every image that has no file, or one that is no mask of the classes.
    init(
        _ folder: String, of dataset: any SegmentationDataset, _ partition: Partition, progress: (Int, Int) -> Void = { _, _ in }
    ) throws {
        guard FileKind(ofPath: folder) == .folder else {
            throw DatasetError(
                path: folder, kind: .missing,
                message: "expected the labels that 'diffmatch label' writes (pseudoLabels.folder), found none")
        }
        let masks = try PredictedMasks(in: folder, of: dataset)
        let samples = dataset.samples(of: .training)
        var shares = ClassShares(classCount: dataset.classNames.count)
        var paths: [Int: String] = [:], faults: [DatasetError] = [], pixels = 0
        for (count, index) in partition.unlabeled.enumerated() {
            do throws(DatasetError) {
                let path = try masks.path(of: samples.identifier(at: index))
                let labels = try Self.labels(at: path, classCount: shares.pixelCounts.count)
                shares.add(labels)
                pixels += labels.count
                paths[index] = path
            } catch {
                faults.append(error)
            }
            progress(count + 1, partition.unlabeled.count)
        }
        guard faults.isEmpty else { throw DatasetErrors(faults) }
        (self.shares, self.paths, classCount) = (shares, paths, dataset.classNames.count)
        coverage = pixels == 0 ? 0 : Double(shares.pixelCounts.reduce(0, +)) / Double(pixels)
    }

    /// How much they teach, in words.
    func notes(classNames: [String]) -> [String] {
        let missing = classNames.indices.filter { shares.pixelCounts[$0] == 0 }.map { classNames[$0] }
        return ["the labels of the unlabeled images cover \(percent(coverage)) % of their pixels"]
            + (missing.isEmpty ? [] : ["no label of an unlabeled image is \(missing.listed(others: "more classes"))"])
    }

    /// The labels of an unlabeled image `[height, width]`, 255 where they teach nothing.
    ///
    /// - Parameter index: Its index in the training part.
    /// - Throws: `DatasetError` for a file that has become another since it was read.
    func labels(at index: Int) throws(DatasetError) -> Tensor<UInt8> {
        guard let path = paths[index] else { preconditionFailure("image \(index) is not unlabeled") }
        return try Self.labels(at: path, classCount: classCount)
    }

    private static func labels(at path: String, classCount: Int) throws(DatasetError) -> Tensor<UInt8> {
        let labels = try PredictedMasks.labels(at: path)
        if let wrong = labels.scalars.first(where: { Int($0) >= classCount && $0 != SegmentationSample.ignoredLabel }) {
            throw DatasetError(path: path, kind: .badLabel, message: "expected the classes 0...\(classCount - 1) or 255, found \(wrong)")
        }
        return labels
    }
}
