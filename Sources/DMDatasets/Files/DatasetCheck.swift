import DMTensors
import Foundation

/// What a data set holds, and everything that is wrong with it.
///
/// All samples are read and all errors are found at once, so that no training stops in its third hour at a broken mask.
///
/// ```swift
/// let check = try DatasetCheck(of: BuiltInScenes(seed: 1))
/// for fault in check.faults { print(fault) }
/// ```
public struct DatasetCheck: Sendable, Equatable {
    /// The names of the classes.
    public var classNames: [String]
    /// The number of samples of each part, and of labeled and unlabeled training images.
    public var counts: [Split: Int] = [:]
    /// The number of labeled samples of each part.
    public var labeledCounts: [Split: Int] = [:]
    /// The pixels of each class in the readable masks of each part.
    public var shares: [Split: ClassShares] = [:]
    /// What the masks of each part hold.
    public private(set) var surveys: [Split: LabelSurvey] = [:]
    /// Everything that is wrong.
    public var faults: [DatasetError] = []
    /// What is worth knowing and not wrong, such as fewer images than the official data set has.
    public var notes: [String] = []

    /// What samples are counted under.
    public enum Split: String, Sendable, CaseIterable, Codable {
        /// The whole training part.
        case train
        /// The validation part.
        case val
        /// The test part.
        case test
        /// The training images that are used with their labels.
        case labeled
        /// The training images that are used without labels.
        case unlabeled

        init(_ part: DatasetPart) {
            switch part {
            case .training: self = .train
            case .validation: self = .val
            case .test: self = .test
            }
        }
    }

    /// A check that found one error only, since it hides all others.
    public init(fault: DatasetError) {
        classNames = []
        faults = [fault]
    }

    /// Reads every sample of a data set.
    ///
    /// - Parameters:
    ///   - dataset: The data set.
    ///   - readers: The number of threads that read.
    public init(of dataset: any SegmentationDataset, readers: Int = 2) throws {
        classNames = dataset.classNames
        let files = dataset as? FileDataset
        faults = files?.faults ?? []
        notes = files?.notes ?? []
        for part in DatasetPart.allCases {
            let samples = dataset.samples(of: part)
            let split = Split(part)
            counts[split] = samples.count
            labeledCounts[split] = (0..<samples.count).count { samples.isLabeled(at: $0) }
            try read(samples, as: split, readers: readers)
            note(samples.count, part, official: files?.officialCounts[part])
        }
        faults += Self.overlaps(in: dataset)
    }

    private mutating func read(_ samples: any SegmentationSamples, as split: Split, readers: Int) throws {
        let classCount = classNames.count
        var survey = LabelSurvey(classCount: classCount)
        var remarks = ImageRemarks()
        let readings = Prefetcher(of: 0..<samples.count, readers: readers) { Reading(of: samples, at: $0, classCount: classCount) }
        while let reading = try readings.next() {
            survey.add(reading.mask)
            faults += reading.faults
            if let properties = reading.properties { remarks.add(properties) }
        }
        (surveys[split], shares[split]) = (survey, survey.shares)
        notes += survey.notes(part: split.rawValue, classNames: classNames)
        if let files = samples as? FileSamples { notes += remarks.notes(files.reading).map { "\(split.rawValue): \($0)" } }
    }

    private mutating func note(_ count: Int, _ part: DatasetPart, official: [Int]?) {
        guard let official, !official.contains(count) else { return }
        let expected = official.map(\.description).joined(separator: " or ")
        notes.append("\(Split(part).rawValue): \(count) images; the official data set has \(expected)")
    }

    /// Samples that stand in more than one part, or twice in one: whatever knows samples by their identifiers confuses them.
    package static func overlaps(in dataset: any SegmentationDataset) -> [DatasetError] {
        var owners: [String: DatasetPart] = [:]
        var faults: [DatasetError] = []
        for part in DatasetPart.allCases {
            let samples = dataset.samples(of: part)
            for index in 0..<samples.count {
                let identifier = samples.identifier(at: index)
                guard let owner = owners.updateValue(part, forKey: identifier) else { continue }
                let place = (samples as? FileSamples)?.imagePath(at: index) ?? identifier
                faults.append(
                    owner == part
                        ? DatasetError(
                            path: place, kind: .duplicate, message: "'\(identifier)' is there twice in the \(part.rawValue) part")
                        : DatasetError(
                            path: place, kind: .overlap, message: "stands in the \(owner.rawValue) and in the \(part.rawValue) part"))
            }
        }
        return faults
    }

    /// Counts the labeled and the unlabeled training images of a partition, and adds what is wrong with its lists.
    public mutating func add(_ partition: Partition, faults found: [DatasetError] = []) {
        counts[.labeled] = partition.labeled.count
        counts[.unlabeled] = partition.unlabeled.count
        // A list may have been looked at before, for what the training part is.
        let known = Set(faults)
        faults += found.filter { !known.contains($0) }
    }
}

extension DatasetCheck {
    /// What reading one sample shows.
    private struct Reading: Sendable {
        var mask: Tensor<UInt8>?
        var properties: ImageProperties?
        var faults: [DatasetError] = []

        /// Image and labels are read apart: both may be at fault.
        init(of samples: any SegmentationSamples, at index: Int, classCount: Int) {
            let files = samples as? FileSamples
            let place = files?.imagePath(at: index) ?? samples.identifier(at: index)
            let maskPlace = files?.maskPath(at: index) ?? place
            let read: (image: Tensor<UInt8>, properties: ImageProperties?)? = attempt(place) {
                if let files { try files.imageAndProperties(at: index) } else { (try samples.image(at: index), nil) }
            }
            let image = read?.image
            properties = read?.properties
            mask =
                attempt(maskPlace) {
                    let labels = try samples.labels(at: index)
                    // Those of files have been decoded already.
                    return files == nil ? try labels.map { try LabelDecoding(classCount: classCount).decoded($0, path: maskPlace) } : labels
                } ?? nil
            if let image, let mask, let error = DatasetError(sizesOf: image, and: mask, path: maskPlace) { faults.append(error) }
        }

        private mutating func attempt<R>(_ path: String, _ body: () throws -> R) -> R? {
            do {
                return try body()
            } catch let error as DatasetError {
                faults.append(error)
            } catch {
                faults.append(DatasetError(path: path, kind: .unreadable, message: "\(error)"))
            }
            return nil
        }
    }
}
