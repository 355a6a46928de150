public import DMDatasets

/// The views of one training step.
public struct TrainingBatch: Sendable {
    /// Weak views of labeled images.
    public var labeled: LabeledBatch
    /// Weak and strong views of unlabeled images, for methods that use them.
    public var unlabeled: UnlabeledBatch?

    /// A batch of these views.
    public init(labeled: LabeledBatch, unlabeled: UnlabeledBatch? = nil) {
        self.labeled = labeled
        self.unlabeled = unlabeled
    }
}
