/// What is put around a tensor.
public enum BorderMode: Sendable, Hashable, CaseIterable {
    /// The element at the edge, again and again.
    case edge
    /// The elements mirrored at the edge, which is not repeated.
    case reflection
    /// The elements from the other side.
    case wrapping
}

extension BorderMode {
    /// Positions on an axis of `extent` for each place of the padded axis.
    package func positions(extent: Int, before: Int, after: Int) -> Tensor<Int32> {
        require(extent > 0 && before >= 0 && after >= 0, "cannot pad an axis of extent \(extent) by \(before) before and \(after) after")
        return Tensor(
            (-before..<extent + after).map { place in
                switch self {
                case .edge: return Int32(min(max(place, 0), extent - 1))
                case .wrapping: return Int32((place % extent + extent) % extent)
                case .reflection:
                    let period = max(1, 2 * (extent - 1))
                    let folded = (place % period + period) % period
                    return Int32(min(folded, period - folded))
                }
            })
    }
}

extension Tensor {
    /// The tensor with a border that is made from its own elements.
    ///
    /// - Parameters:
    ///   - before: For each axis how many positions are put before the first.
    ///   - after: For each axis how many follow the last.
    ///   - mode: Which elements the border repeats.
    /// - Precondition: An axis that is padded is not empty.
    public func padded(before: [Int], after: [Int], mode: BorderMode) -> Tensor {
        require(before.count == rank && after.count == rank, "cannot pad \(shape) by \(before) before and \(after) after")
        return shape.indices.reduce(self) { x, axis in
            if before[axis] == 0 && after[axis] == 0 { return x }
            return x.gathered(along: axis, at: mode.positions(extent: shape[axis], before: before[axis], after: after[axis]))
        }
    }
}
