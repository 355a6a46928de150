public import DMTensors

/// The views of one training step.
public struct TrainingBatch: Sendable {
    /// Weak views of labelled images, `[B, h, w, 3]`, normalised.
    public var images: Tensor<Float>
    /// Their labels, 255 where a pixel does not count, `[B, h, w]`.
    public var labels: Tensor<Int32>
    /// The unlabelled part, for methods that use it.
    public var unlabelled: Unlabelled?

    /// The views of unlabelled images.
    public struct Unlabelled: Sendable {
        /// Weak views, `[B, h, w, 3]`, normalised.
        public var weak: Tensor<Float>
        /// 255 where a weak view is padding, 0 elsewhere, `[B, h, w]`.
        public var ignored: Tensor<Int32>
        /// Strong views of the weak ones, boxes pasted, each `[B, h, w, 3]`.
        public var strong: [Tensor<Float>]
        /// The pasting of each strong view, to be repeated on labels.
        public var mixes: [BatchMix]
    }
}
