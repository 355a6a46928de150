package import DMTensors

/// Which of a teacher's labels are targets.
package struct PseudoLabelRule: Equatable, Sendable {
    /// The confidence from which on a label counts.
    package var threshold: Float
    /// The share of each class' labels, the surest ones, that count whatever their confidence.
    package var surestShare: Float

    /// A rule.
    package init(threshold: Float, surestShare: Float = 0) { (self.threshold, self.surestShare) = (threshold, surestShare) }

    /// The labels of a prediction; those that count are at least as sure as ``threshold``.
    ///
    /// - Parameters:
    ///   - prediction: What the teacher predicts of some images.
    ///   - ignored: 255 where a pixel is padding, any other number elsewhere, `[n, h, w]`.
    package func labels(of prediction: Prediction, ignored: Tensor<Int32>) -> PseudoLabels {
        PseudoLabels(probabilities: prediction.probabilities, ignored: ignored).raising(share: surestShare, to: threshold)
    }
}
