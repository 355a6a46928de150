import DMTensors

/// Some samples of a data set, in an order of their own.
public struct DatasetSubset<Base: Dataset>: Dataset {
    /// The data set that the samples come from.
    public let base: Base
    /// The samples' indices in `base`.
    public let indices: [Int]

    /// The samples of `base` at the given indices.
    ///
    /// - Precondition: Each index lies in `0..<base.count`.
    public init(_ base: Base, indices: [Int]) {
        require(indices.allSatisfy { $0 >= 0 && $0 < base.count }, "a subset of \(base.count) samples has an index beyond them")
        self.base = base
        self.indices = indices
    }

    /// The number of samples.
    public var count: Int { indices.count }

    /// The sample at `index` of the subset.
    public func sample(at index: Int) throws -> Base.Sample { try base.sample(at: indices[index]) }
}

extension Dataset {
    /// The samples at the given indices, in that order.
    public func subset(_ indices: [Int]) -> DatasetSubset<Self> { DatasetSubset(self, indices: indices) }
}
