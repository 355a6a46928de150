public import DMDatasets
public import DMTensors

/// Pseudo-labels: the classes that a network predicts for unlabeled images, and its confidence, at full size.
public struct PseudoLabels: Sendable {
    private static let ignored = Int32(SegmentationSample.ignoredLabel)

    /// The most probable class of each pixel, 255 where the image was padded, `[n, h, w]`.
    public var classes: Tensor<Int32>
    /// Its probability, `[n, h, w]`.
    public var confidence: Tensor<Float>

    /// The most probable class of each pixel and its probability.
    ///
    /// - Parameters:
    ///   - probabilities: `[n, h, w, K]`.
    ///   - ignored: 255 where a pixel is padding, any other number elsewhere, `[n, h, w]`.
    public init(probabilities: Tensor<Float>, ignored: Tensor<Int32>) {
        let predicted = probabilities.argmax(along: 3)
        require(
            predicted.shape == ignored.shape, "probabilities \(probabilities.shape) and padding \(ignored.shape) do not fit")
        classes = select(where: ignored .== Tensor(Self.ignored), ignored, predicted)
        confidence = probabilities.maximum(along: 3)
    }

    init(classes: Tensor<Int32>, confidence: Tensor<Float>) {
        self.classes = classes
        self.confidence = confidence
    }

    /// Labels that a finished network gave: certain where there is one, without any confidence elsewhere.
    ///
    /// - Parameters:
    ///   - labels: 255 where there is none, `[n, h, w]`.
    ///   - ignored: 255 where a pixel is padding, any other number elsewhere, `[n, h, w]`.
    init(given labels: Tensor<UInt8>, ignored: Tensor<UInt8>) {
        let labels = Tensor<Int32>(converting: labels), ignored = Tensor<Int32>(converting: ignored)
        let isMissing = labels .== Tensor(Self.ignored)
        let zero = Tensor<Int32>(0).broadcast(to: labels.shape)
        classes = select(where: ignored .== Tensor(Self.ignored), ignored, select(where: isMissing, zero, labels))
        confidence = select(where: isMissing, Tensor<Float>(0).broadcast(to: labels.shape), Tensor(1).broadcast(to: labels.shape))
    }

    /// The labels of a batch after CutMix: a label and its confidence travel together.
    public func mixed(by mixing: CutMixBoxes) -> PseudoLabels {
        PseudoLabels(classes: mixing.mixed(classes), confidence: mixing.mixed(confidence))
    }

    /// The same labels; the confidence of each class's most confident pixels is raised to at least `threshold`.
    ///
    /// A rare class that is seldom predicted with confidence would otherwise teach nothing, and be forgotten.
    /// Source: Zou et al., *Unsupervised Domain Adaptation for Semantic Segmentation via Class-Balanced Self-Training*,
    /// ECCV 2018.
    ///
    /// - Parameters:
    ///   - share: The fraction of a class's pixels that are raised, in 0...1, at least one pixel if there is any; 0 raises none.
    ///   - threshold: The confidence to which they are raised.
    public func raising(share: Float, to threshold: Float) -> PseudoLabels {
        guard share > 0 else { return self }
        let (labels, values) = (classes.scalars, confidence.scalars)
        var ofClass = [[Float]](repeating: [], count: 255)
        for (label, value) in zip(labels, values) where label != Self.ignored { ofClass[Int(label)].append(value) }
        // The confidence of the last pixel that counts. Where that many are confident anyway, as in frequent classes, nothing is sorted.
        let least = ofClass.map { values -> Float in
            let count = max(1, Int((share * Float(values.count)).rounded(.up)))
            let isSettled = values.isEmpty || values.count { $0 >= threshold } >= count
            return isSettled ? .infinity : values.sorted(by: >)[count - 1]
        }
        return raising(from: least, to: threshold)
    }

    /// The same labels; the confidence of pixels that reach the threshold of their class is raised to at least `threshold`.
    ///
    /// - Parameters:
    ///   - thresholds: The threshold of each class, such as ``ClassConfidence/thresholds(fraction:)``.
    ///   - threshold: The confidence to which they are raised.
    public func raising(from thresholds: [Float], to threshold: Float) -> PseudoLabels {
        let raised = zip(classes.scalars, confidence.scalars).map { label, value in
            label != Self.ignored && value >= thresholds[Int(label)] ? max(value, threshold) : value
        }
        return PseudoLabels(classes: classes, confidence: Tensor(raised, shape: confidence.shape))
    }

    /// The labels, 255 where the confidence is below `threshold`, `[n, h, w]`.
    public func targets(atLeast threshold: Float) -> Tensor<Int32> {
        let isBelow = confidence .< Tensor(threshold)
        return select(where: isBelow, Tensor(Self.ignored).broadcast(to: classes.shape), classes)
    }

    /// The fraction of pixels whose confidence reaches the threshold, without padding.
    public func coverage(atLeast threshold: Float) -> Float {
        let targets = targets(atLeast: threshold)
        let valid = classes.scalars.reduce(0) { $0 + ($1 == Self.ignored ? 0 : 1) }
        let confident = targets.scalars.reduce(0) { $0 + ($1 == Self.ignored ? 0 : 1) }
        return valid == 0 ? 0 : Float(confident) / Float(valid)
    }
}

/// Which of a teacher's labels become targets.
public struct PseudoLabelRule: Equatable, Sendable {
    /// The confidence from which on a label counts, in 0...1.
    public var threshold: Float
    /// The fraction of each class's most confident labels that count at any confidence, in 0...1; 0 for none.
    ///
    /// Class-balanced self-training, CBST (Zou et al., ECCV 2018).
    public var classBalancedFraction: Float
    /// Over which pixels the most confident ones of a class are told.
    public var balance: Balance

    /// Over which pixels the most confident ones of a class are told.
    public enum Balance: String, Sendable, CaseIterable, Codable {
        /// Those of the batch.
        case batch
        /// Those of the last few hundred batches, and no more of a class than the labeled images lead to expect.
        case dataset
    }

    /// A rule; by default the threshold of FixMatch and UniMatch.
    public init(threshold: Float = 0.95, classBalancedFraction: Float = 0, balance: Balance = .batch) {
        (self.threshold, self.classBalancedFraction, self.balance) = (threshold, classBalancedFraction, balance)
    }

    /// The labels of a prediction; those that count are at least as confident as ``threshold``.
    ///
    /// - Parameters:
    ///   - prediction: What the teacher predicts of some images.
    ///   - ignored: 255 where a pixel is padding, any other number elsewhere, `[n, h, w]`.
    ///   - confidence: How confident the teacher was so far; nil for one that has only this batch.
    public func labels(of prediction: Prediction, ignored: Tensor<Int32>, confidence: ClassConfidence? = nil) -> PseudoLabels {
        raised(PseudoLabels(probabilities: prediction.probabilities, ignored: ignored), confidence: confidence)
    }

    /// Labels of which those that count are raised to ``threshold``.
    func raised(_ labels: PseudoLabels, confidence: ClassConfidence?) -> PseudoLabels {
        guard let confidence, balance == .dataset, classBalancedFraction > 0 else {
            return labels.raising(share: classBalancedFraction, to: threshold)
        }
        return labels.raising(from: confidence.thresholds(fraction: classBalancedFraction), to: threshold)
    }
}
