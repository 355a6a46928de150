public import DMDatasets

/// The views of one training step.
public struct TrainingBatch: Sendable {
    /// Weak views of labelled images.
    public var labelled: LabelledBatch
    /// Weak and strong views of unlabelled images, for methods that use them.
    public var unlabelled: UnlabelledBatch?

    /// A batch of these views.
    public init(labelled: LabelledBatch, unlabelled: UnlabelledBatch? = nil) {
        self.labelled = labelled
        self.unlabelled = unlabelled
    }
}
