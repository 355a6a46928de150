/// Which images of a training part are used with their labels and which without.
public struct Partition: Sendable, Equatable, Codable {
    /// The indices of the labeled images, ascending.
    public let labeled: [Int]
    /// The indices of the unlabeled images, ascending.
    public let unlabeled: [Int]

    /// The partition of the given indices.
    public init(labeled: [Int], unlabeled: [Int]) {
        self.labeled = labeled
        self.unlabeled = unlabeled
    }
}
