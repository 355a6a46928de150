public import DMDatasets
import DMFormats
import DMTensors
public import DiffMatch
import Foundation

/// The measures of a trained network, as `metrics.json` holds them; all are fractions of 1.
public struct EvaluationReport: Sendable, Equatable, Codable {
    /// The training method; nil for predictions of another program.
    public var method: TrainingMethod?
    /// The seed of the run.
    public var seed: UInt64
    /// The number of training steps.
    public var steps: Int
    /// The training time, in seconds.
    public var seconds: Double
    /// Mean intersection over union of the classes present.
    public var mIoU: Double?
    /// Mean intersection over union of the head classes present.
    public var headMean: Double?
    /// Mean intersection over union of the tail classes present: the floor(K/2) least frequent in the whole training part.
    public var tailMean: Double?
    /// Pixel accuracy: the fraction of pixels that are predicted correctly.
    public var pixelAccuracy: Double?
    /// Mean recall of the classes present.
    public var meanAccuracy: Double?
    /// Mean intersection over union of each sampling step's own prediction; empty for a classifier.
    public var samplingSteps: [Double?]
    /// Each class, in the order of the labels.
    public var classes: [ClassResult]
    /// The pixels of each class (row) that were predicted as each (column).
    public var confusion: [[Int]]?
    /// The calibration of the prediction's confidence; nil for predictions of another program.
    public var calibration: Calibration?
    /// The part that was evaluated.
    public var part: DatasetPart?
    /// Where the choice of labeled images comes from, with the digest of its list.
    public var partition: PartitionSource?
    /// The files that were left out of training because they could not be used.
    public var skippedFiles: [String]?
    /// The settings that were changed after training, by their keys, such as `debias.appliesTo`; nil where none were.
    public var changedSettings: [String: String]?

    /// The result for one class.
    public struct ClassResult: Sendable, Equatable, Codable {
        /// The name of the class.
        public var name: String
        /// Its share of the pixels of the whole training part, in 0...1.
        public var share: Double
        /// Its intersection over union; nil if the evaluated images do not show it.
        public var iou: Double?

        /// The result of one class.
        public init(name: String, share: Double, iou: Double?) {
            self.name = name
            self.share = share
            self.iou = iou
        }

        /// Writes the measure of an absent class as null rather than leaving it out.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(share, forKey: .share)
            try container.encode(iou, forKey: .iou)
        }
    }

    /// Writes measures of absent classes as null rather than leaving them out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        try container.encode(seed, forKey: .seed)
        try container.encode(steps, forKey: .steps)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(mIoU, forKey: .mIoU)
        try container.encode(headMean, forKey: .headMean)
        try container.encode(tailMean, forKey: .tailMean)
        try container.encode(pixelAccuracy, forKey: .pixelAccuracy)
        try container.encode(meanAccuracy, forKey: .meanAccuracy)
        try container.encode(samplingSteps, forKey: .samplingSteps)
        try container.encode(classes, forKey: .classes)
        try container.encodeIfPresent(confusion, forKey: .confusion)
        try container.encodeIfPresent(calibration, forKey: .calibration)
        try container.encodeIfPresent(part, forKey: .part)
        try container.encodeIfPresent(partition, forKey: .partition)
        try container.encodeIfPresent(skippedFiles, forKey: .skippedFiles)
        try container.encodeIfPresent(changedSettings, forKey: .changedSettings)
    }

    /// The measures that a line of a table holds.
    init(
        steps: Int, seconds: Double, mIoU: Double?, headMean: Double?, tailMean: Double?, classes: [ClassResult]
    ) {
        (self.steps, self.seconds, self.classes) = (steps, seconds, classes)
        (self.mIoU, self.headMean, self.tailMean) = (mIoU, headMean, tailMean)
        (method, seed, samplingSteps) = (nil, 0, [])
    }

    /// The report on a run.
    ///
    /// - Parameters:
    ///   - configuration: The run's settings.
    ///   - seconds: The training time.
    ///   - matrix: The confusion matrix of the evaluated images.
    ///   - classNames: The name of each class.
    ///   - shares: The pixels of each class in the whole training part.
    public init(
        configuration: Configuration, seconds: Double, matrix: ConfusionMatrix, classNames: [String], shares: ClassShares
    ) {
        let iou = matrix.intersectionOverUnion
        method = configuration.method
        seed = configuration.seed
        steps = configuration.training.steps
        self.seconds = seconds
        mIoU = matrix.mIoU
        // Sorted, since sets have no order: equal results have equal means to the last bit.
        headMean = shares.head.sorted().map { iou[$0] }.meanOfPresent
        tailMean = shares.tail.sorted().map { iou[$0] }.meanOfPresent
        pixelAccuracy = matrix.pixelAccuracy
        meanAccuracy = matrix.meanAccuracy
        samplingSteps = []
        classes = zip(classNames, zip(shares.shares, iou)).map { ClassResult(name: $0, share: $1.0, iou: $1.1) }
        confusion = classNames.indices.map { truth in classNames.indices.map { matrix[truth, $0] } }
    }
}

extension EvaluationReport {
    /// The share of each class among the evaluated pixels, in truth or as predicted; nil without a confusion matrix or pixels.
    func shares(byTruth: Bool) -> [Double]? {
        guard let confusion else { return nil }
        let total = confusion.reduce(0) { $0 + $1.reduce(0, +) }
        guard total > 0 else { return nil }
        return confusion.indices.map { index in
            Double(byTruth ? confusion[index].reduce(0, +) : confusion.reduce(0) { $0 + $1[index] }) / Double(total)
        }
    }

    /// The classes that all reports are on.
    ///
    /// - Precondition: The reports have equally many classes.
    static func classes(of reports: [EvaluationReport]) -> [ClassResult] {
        let classes = reports.first?.classes ?? []
        require(
            reports.allSatisfy { $0.classes.count == classes.count },
            "reports on \(reports.map(\.classes.count)) classes do not make one table")
        return classes
    }
}

extension [EvaluationReport.ClassResult] {
    /// The indices of the classes, from the most frequent in training to the rarest, as of `ClassShares.headToTail`.
    var headToTail: [Int] { indices.sorted { (self[$1].share, $0) < (self[$0].share, $1) } }
}

// MARK: - Measuring

extension EvaluationReport {
    /// The report on a trained network.
    ///
    /// - Parameters:
    ///   - predictor: The averaged network and its way of sampling.
    ///   - progress: What its training remembers besides the tensors.
    ///   - configuration: The settings of its training.
    ///   - data: The images.
    ///   - part: What it is measured on.
    /// - Throws: `ExperimentError.noImages` for an empty part, and what keeps a sample from being read.
    public init(
        of predictor: Predictor, after progress: TrainingState.Progress, _ configuration: Configuration, on data: ExperimentData,
        part: DatasetPart
    ) throws {
        let evaluation = try Evaluation(
            of: predictor, on: data.samples(of: part), view: configuration.evaluationView, scale: configuration.evaluation.scale,
            batchSize: configuration.evaluation.batchSize, everyStep: true)
        self.init(
            configuration: configuration, seconds: progress.seconds, matrix: evaluation.prediction,
            classNames: data.dataset.classNames, shares: data.shares)
        steps = progress.step
        samplingSteps = evaluation.samplingSteps.map(\.mIoU)
        calibration = evaluation.calibration
        self.part = part
        partition = data.partitionSource
        skippedFiles = data.skipped.map(\.path)
    }
}

extension EvaluationReport {
    /// The report on predictions that lie in files.
    ///
    /// - Parameters:
    ///   - folder: The folder of the predictions.
    ///   - configuration: Its data set is what they are compared with.
    ///   - part: The part that they are of; nil for the test part, or the validation part of a data set without one.
    /// - Throws: `DatasetErrors` with all predictions that are missing or at fault, and what keeps a sample from being read.
    public init(predictionsIn folder: String, _ configuration: Configuration, part: DatasetPart? = nil) throws {
        let log = FaultLog { _ in }
        let dataset = try configuration.usableDataset(notingIn: log)
        let part = part ?? dataset.reportedPart
        let matrix = try PredictedMasks(in: folder, of: dataset).confusionMatrix(on: part, of: dataset)
        let training = try TrainingPart(
            dataset.samples(of: .training), classCount: dataset.classNames.count, skippingInto: log)
        self.init(
            configuration: configuration, seconds: 0, matrix: matrix, classNames: dataset.classNames, shares: training.shares)
        (method, steps, self.part) = (nil, 0, part)
    }
}

// MARK: - Files

extension EvaluationReport {
    /// Writes the report as JSON, as a whole or not at all.
    ///
    /// - Parameter path: The file, by convention `metrics.json`.
    /// - Throws: `FileError` where the system refuses.
    public func write(to path: String) throws {
        try AtomicFile.write(Array(JSONEncoder.readable.encode(self)) + Array("\n".utf8), to: path)
    }

    /// Reads a report.
    ///
    /// - Throws: `FileError` for a missing file, ``ReportError/malformed(path:reason:)`` for one that is no report.
    public init(path: String) throws {
        let bytes = try FileBytes.read(path)
        do {
            self = try JSONDecoder.readable.decode(EvaluationReport.self, from: Data(bytes))
        } catch {
            throw ReportError.malformed(path: path, reason: jsonFault(error))
        }
        if let fault { throw ReportError.malformed(path: path, reason: fault) }
    }

    /// Why no measurement gives these measures; nil where one may.
    private var fault: String? {
        let means = [("mIoU", mIoU), ("headMean", headMean), ("tailMean", tailMean), ("pixelAccuracy", pixelAccuracy)]
        let fractions =
            means + [("meanAccuracy", meanAccuracy)] + samplingSteps.map { ("samplingSteps", $0) }
            + classes.flatMap { [("share of \($0.name)", $0.share), ("iou of \($0.name)", $0.iou)] }
        if let (name, value) = fractions.first(where: { $0.1.map { !(-1e-9...1.000000001).contains($0) } ?? false }) {
            return "\(name) is \(value ?? .nan); expected a fraction of 1"
        }
        if classes.isEmpty || classes.count > 255 { return "it is on \(classes.count) classes" }
        if steps < 0 || !(0...3e9).contains(seconds) { return "it is after \(steps) steps in \(seconds) seconds" }
        // More pixels than any data set has, and few enough that no sum of them overflows.
        let counts = 0...(1 << 48)
        if let confusion {
            let isMatrix = confusion.count == classes.count && confusion.allSatisfy { $0.count == classes.count }
            if !isMatrix || !confusion.joined().allSatisfy(counts.contains) {
                return "confusion is no matrix of pixels, a row and a column for each of \(classes.count) classes"
            }
        }
        if let bins = calibration?.bins {
            let areBins = bins.allSatisfy {
                counts.contains($0.count) && (0...$0.count).contains($0.correct)
                    && (0...Double(max(1, $0.count)) * 1.001).contains($0.confidence)
            }
            if !(1...1000).contains(bins.count) || !areBins { return "calibration is no row of bins" }
        }
        return nil
    }
}

/// Why a report cannot be read or compared.
public enum ReportError: Error, Equatable, CustomStringConvertible {
    /// The file is no report.
    case malformed(path: String, reason: String)
    /// Two reports are on different classes.
    case classesDiffer(expected: [String], found: [String])
    /// No run has the name that was asked for.
    case noSuchRun(name: String, found: [String])

    /// The fault in words, in one line.
    public var description: String {
        switch self {
        case .malformed(let path, let reason): "'\(path)' is no report: \(reason)"
        case .classesDiffer(let expected, let found):
            "reports on different classes cannot be compared: expected \(expected.joined(separator: ", ")); "
                + "found \(found.joined(separator: ", "))"
        case .noSuchRun(let name, let found): "no run is named '\(name)'; there are \(found.joined(separator: ", "))"
        }
    }
}
