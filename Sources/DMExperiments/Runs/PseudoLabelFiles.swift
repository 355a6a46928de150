import DMDatasets
import DMDiffusion
import DMFormats
import DMTensors
import DiffMatch
import Foundation

/// Labels the unlabeled images of a network's training, for another network to learn from: one offline round of self-training.
///
/// The images are seen whole, as they are measured, each also as its mirror image, and which labels count is told over all of them: those at least as confident
/// as `pseudoLabels.threshold`, and the most confident `pseudoLabels.classBalancedFraction` of each class, but no more than the
/// labeled images lead to expect.
///
/// Source: Yang et al., *ST++: Make Self-training Work Better for Semi-supervised Semantic Segmentation*, CVPR 2022; the choice
/// over the whole set: He et al., *Re-distributing Biased Pseudo Labels* (DARS), ICCV 2021.
public struct PseudoLabelFiles {
    /// The network.
    public let model: TrainedModel
    /// The folder: `labels` receives a PNG for each image, 255 where its label does not count, `confidence` one that is
    /// brighter the more confident the network is.
    public let folder: String
    /// The folder of the labels, for `pseudoLabels.folder`.
    public var labels: String { "\(folder)/labels" }

    /// Labels of a network's unlabeled images into a folder, which is made.
    public init(model: TrainedModel, folder: String) {
        self.model = model
        self.folder = folder
    }

    /// How many labels were written.
    public struct Summary: Sendable, CustomStringConvertible {
        /// The number of images.
        public let images: Int
        /// The share of their pixels whose label counts, in 0...1.
        public let coverage: Double
        /// The classes from the most frequent in training to the rarest: the share of the pixels that are labeled so and count,
        /// and the share of the labeled images' pixels.
        public let classes: [(name: String, share: Double, labeledShare: Double)]

        /// The shares of each class, in percent.
        public var description: String {
            let rows = classes.map { [$0.name.quotedName, percent($0.share), percent($0.labeledShare)] }
            return TextTable.ruled([["class", "labels", "labeled images"]] + rows)
        }
    }

    /// Labels all unlabeled images.
    ///
    /// - Parameter progress: Is told how many of how many images are labeled.
    /// - Throws: `FileError` for a folder that holds labels already, or a file that cannot be written, and what keeps a sample
    ///   from being read.
    public func write(progress: (Int, Int) -> Void = { _, _ in }) throws -> Summary {
        if FileKind(ofPath: labels, followsLinks: false) != nil {
            throw FileError(operation: "write", path: labels, reason: "there are labels already; choose another folder")
        }
        let data = try model.experimentData()
        let samples: any SegmentationSamples = data.dataset.samples(of: .training)
        let unlabeled = data.partition.unlabeled
        var teacher = try model.labeler()
        teacher.flips = true
        let rule = model.configuration.objective.pseudoLabels
        let settings = model.configuration
        var histogram = ConfidenceHistogram(classCount: model.classNames.count)
        for (count, index) in unlabeled.enumerated() {
            let image = try samples.image(at: index)
            let prediction = try teacher.predict(
                image, view: settings.predictionView, scale: settings.evaluation.scale,
                random: RandomStream.evaluation.source(seed: settings.seed).split(UInt64(index)))
            let predicted = PseudoLabels(
                probabilities: prediction.probabilities, ignored: Tensor(repeating: 0, shape: [1] + image.shape.prefix(2)))
            histogram.add(predicted)
            try write(predicted, of: samples.identifier(at: index))
            progress(count + 1, unlabeled.count)
        }
        let labeled = try labeledShares(data, samples)
        let thresholds = histogram.thresholds(fraction: rule.classBalancedFraction, labeledShares: labeled.map(Float.init))
            .map { min($0, rule.threshold) }
        var counted = ClassShares(classCount: model.classNames.count), pixels = 0
        for index in unlabeled {
            let kept = try keep(atLeast: thresholds, samples.identifier(at: index))
            counted.add(kept)
            pixels += kept.count
        }
        let taught = counted.pixelCounts.map { Double($0) / Double(max(1, pixels)) }
        return Summary(
            images: unlabeled.count, coverage: taught.reduce(0, +),
            classes: data.shares.headToTail.map { (model.classNames[$0], taught[$0], labeled[$0]) })
    }

    /// The share of each class in the labeled images.
    private func labeledShares(_ data: ExperimentData, _ samples: any SegmentationSamples) throws -> [Double] {
        var shares = ClassShares(classCount: model.classNames.count)
        for index in data.partition.labeled { if let labels = try samples.labels(at: index) { shares.add(labels) } }
        return shares.shares
    }

    /// The files of an image.
    private func paths(of identifier: String) -> (labels: String, confidence: String) {
        ("\(labels)/\(identifier).png", "\(folder)/confidence/\(identifier).png")
    }

    /// Writes all labels of an image and the network's confidence, in steps of 1/255.
    private func write(_ predicted: PseudoLabels, of identifier: String) throws {
        let paths = paths(of: identifier)
        let shape = Array(predicted.classes.shape.dropFirst())
        let confidence = predicted.confidence.scalars.map { UInt8(max(0, min(255, $0 * 255))) }
        for path in [paths.labels, paths.confidence] { try FileFolder.create(at: URL(filePath: path).deletingLastPathComponent().path) }
        try ImageFile.write(
            LabelMap(Tensor(converting: predicted.classes.reshaped(to: shape)), palette: model.palette), to: paths.labels)
        try ImageFile.write(LabelMap(Tensor(confidence, shape: shape)), to: paths.confidence)
    }

    /// Takes the labels of an image back that are less confident than the threshold of their class.
    ///
    /// - Returns: Those that are left.
    private func keep(atLeast thresholds: [Float], _ identifier: String) throws -> Tensor<UInt8> {
        let paths = paths(of: identifier)
        let (all, confidence) = (try PredictedMasks.labels(at: paths.labels), try PredictedMasks.labels(at: paths.confidence))
        // The confidence was rounded down, and so are the thresholds.
        let least = thresholds.map { UInt8(max(0, min(255, $0 * 255))) }
        let kept = zip(all.scalars, confidence.scalars).map { label, confidence in
            Int(label) < least.count && confidence >= least[Int(label)] ? label : SegmentationSample.ignoredLabel
        }
        let labels = Tensor(kept, shape: all.shape)
        try ImageFile.write(LabelMap(labels, palette: model.palette), to: paths.labels)
        return labels
    }
}
