public import DMDatasets

/// The views of one training step.
public struct TrainingBatch: Sendable {
    /// Weak views of labelled images.
    public var labelled: LabelledBatch
    /// Weak and strong views of unlabelled images, for methods that use them.
    public var unlabelled: UnlabelledBatch?
}
