/// Which images of a training part are used with their labels and which without.
public struct Partition: Sendable, Equatable, Codable {
    /// The indices of the labelled images, ascending.
    public let labelled: [Int]
    /// The indices of the unlabelled images, ascending.
    public let unlabelled: [Int]

    /// The partition of the given indices.
    public init(labelled: [Int], unlabelled: [Int]) {
        self.labelled = labelled
        self.unlabelled = unlabelled
    }
}
