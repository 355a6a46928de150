import DMDatasets
import DMTensors
import DiffMatch

extension Configuration {
    /// The configured data set, whose files have been listed without a fault, or whose faults are to be skipped.
    ///
    /// - Parameter log: Is told of the faults that are skipped.
    /// - Throws: `DatasetError` where the folder does not have the configured layout, `DatasetErrors` for what is at fault in it.
    func usableDataset(notingIn log: FaultLog) throws -> any SegmentationDataset {
        let made = try makeDataset()
        if let faults = (made as? FileDataset)?.faults, !faults.isEmpty {
            guard dataset.faults == .skip else { throw DatasetErrors(faults) }
            faults.forEach(log.note)
        }
        return made
    }

    /// What keeps a training from beginning on a data set, whoever asks: the training, its resumption and `verify`.
    ///
    /// - Parameters:
    ///   - dataset: The data set.
    ///   - partition: Which of its training images are labeled.
    func obstacles(to dataset: any SegmentationDataset, _ partition: Partition) -> [ExperimentError] {
        var obstacles: [ExperimentError] = partition.labeled.isEmpty ? [.noLabeledImages] : []
        var measured = [dataset.reportedPart]
        if training.evaluateEvery > 0, dataset.reportedPart != .validation { measured.append(.validation) }
        for part in measured where dataset.samples(of: part).count == 0 { obstacles.append(.noImages(part: part.rawValue)) }
        return obstacles
    }

    /// What a partition leaves out, in words.
    ///
    /// - Parameters:
    ///   - partition: Which training images are labeled.
    ///   - survey: What the masks of the training part hold.
    ///   - classNames: The names of the classes.
    func notes(on partition: Partition, _ survey: LabelSurvey, classNames: [String]) -> [String] {
        var notes: [String] = []
        if method.usesUnlabeled && partition.unlabeled.isEmpty && !partition.labeled.isEmpty {
            notes.append(
                "\(method.rawValue) learns from unlabeled images, and there are none: it learns from the \(partition.labeled.count) labeled ones alone"
            )
        }
        let labeled = partition.labeled.reduce(into: Set<Int>()) { $0.formUnion(survey.presence[$1] ?? []) }
        let unseen = classNames.indices.filter { survey.shares.pixelCounts[$0] > 0 && !labeled.contains($0) }
        if !unseen.isEmpty && !partition.labeled.isEmpty {
            notes.append("no labeled image shows \(unseen.map { classNames[$0] }.listed(others: "more classes"))")
        }
        return notes
    }
}

extension SegmentationDataset {
    /// How many samples stand in two parts, or twice in one, in words; `verify` lists them as faults.
    var overlapNotes: [String] {
        let overlaps = DatasetCheck.overlaps(in: self)
        guard let first = overlaps.first else { return [] }
        return ["\(overlaps.count) samples stand in two parts or twice in one, such as \(first)"]
    }
}

extension ExperimentData {
    /// Makes sure that a training of these settings can begin, rather than end after its last step.
    ///
    /// - Throws: `ExperimentError` with the first obstacle.
    func checkTraining(_ configuration: Configuration) throws(ExperimentError) {
        if let obstacle = configuration.obstacles(to: dataset, partition).first { throw obstacle }
    }
}

/// Why an experiment cannot begin, or go on.
public enum ExperimentError: Error, Equatable, CustomStringConvertible {
    /// A setting is not the one that the run began with.
    case settingDiffers(key: String, saved: String, given: String)
    /// The labeled part is empty.
    case noLabeledImages
    /// A part that is to be measured on has no images.
    case noImages(part: String)
    /// The data set does not have the classes that the network was trained on.
    case classesDiffer(known: [String], found: [String])

    /// The error in words.
    public var description: String {
        switch self {
        case .settingDiffers(let key, let saved, let given):
            "\(key) is \(given), but the run began with \(saved); begin anew, or leave the setting out to go on"
        case .noLabeledImages:
            "no training image is labeled: raise dataset.labeledFraction, or see what 'diffmatch verify' finds instead of masks"
        case .noImages(let part):
            "the data set has no images in its \(part) part; name some in dataset.validationList, or measure on another part"
        case .classesDiffer(let known, let found):
            "the network knows the classes \(known.map(\.quoted).joined(separator: ", ")); "
                + "the data set has \(found.map(\.quoted).joined(separator: ", "))"
        }
    }
}
