import DMTensors

/// Sums, means, variances and maxima. Negative axes count from the last.
extension Variable {
    /// The sum of all elements, of shape `[]`.
    public func sum() -> Variable { sum(along: Array(shape.indices)) }

    /// The mean of all elements, of shape `[]`.
    public func mean() -> Variable { mean(along: Array(shape.indices)) }

    /// The greatest of all elements, of shape `[]`.
    public func maximum() -> Variable { reshaped(to: [value.count]).maximum(along: 0) }

    /// The least of all elements, of shape `[]`.
    public func minimum() -> Variable { -(-self).maximum() }

    /// The least element along one axis; equal ones share the gradient evenly.
    ///
    /// - Parameters:
    ///   - axis: The axis that is reduced; it is not empty.
    ///   - keepingAxes: Whether it remains, with extent 1.
    public func minimum(along axis: Int, keepingAxes: Bool = false) -> Variable {
        -(-self).maximum(along: axis, keepingAxes: keepingAxes)
    }

    /// The sum along some axes.
    ///
    /// - Parameters:
    ///   - axes: The axes that are summed, each once.
    ///   - keepingAxes: Whether they remain, with extent 1.
    public func sum(along axes: [Int], keepingAxes: Bool = false) -> Variable {
        .apply(.sum, self) { x in
            let y = x.sum(along: axes, keepingAxes: keepingAxes)
            let (shape, kept) = (x.shape, x.shape(keeping: axes))
            return (y, { $0.reshaped(to: kept).broadcast(to: shape) })
        }
    }

    /// The mean along some axes.
    ///
    /// - Parameters:
    ///   - axes: The axes that are averaged, each once.
    ///   - keepingAxes: Whether they remain, with extent 1.
    public func mean(along axes: [Int], keepingAxes: Bool = false) -> Variable {
        .apply(.mean, self) { x in
            let y = x.mean(along: axes, keepingAxes: keepingAxes)
            let (shape, kept, count) = (x.shape, x.shape(keeping: axes), Scalar(x.count(along: axes)))
            return (y, { ($0.reshaped(to: kept) / count).broadcast(to: shape) })
        }
    }

    /// The variance along some axes: the mean of the squared differences from the mean.
    ///
    /// - Parameters:
    ///   - axes: The axes that are averaged, each once.
    ///   - keepingAxes: Whether they remain, with extent 1.
    public func variance(along axes: [Int], keepingAxes: Bool = false) -> Variable {
        .apply(.variance, self) { x in
            let y = x.variance(along: axes, keepingAxes: keepingAxes)
            let (kept, count) = (x.shape(keeping: axes), Scalar(x.count(along: axes)))
            return (
                y,
                { ($0.reshaped(to: kept) * 2 / count) * (x - x.mean(along: axes, keepingAxes: true)) }
            )
        }
    }

    /// The greatest element along one axis; equal ones share the gradient evenly.
    ///
    /// - Parameters:
    ///   - axis: The axis that is reduced; it is not empty.
    ///   - keepingAxes: Whether it remains, with extent 1.
    public func maximum(along axis: Int, keepingAxes: Bool = false) -> Variable {
        .apply(.maximumAlongAxis, self) { x in
            let y = x.maximum(along: axis, keepingAxes: keepingAxes)
            let kept = x.shape(keeping: [axis])
            return (
                y,
                { gradient in
                    let isLargest = Tensor<Scalar>(converting: x.isEqual(to: y.reshaped(to: kept)))
                    return isLargest * (gradient.reshaped(to: kept) / isLargest.sum(along: [axis], keepingAxes: true))
                }
            )
        }
    }
}

extension Tensor {
    /// This tensor's shape with extent 1 along `axes`.
    fileprivate func shape(keeping axes: [Int]) -> [Int] {
        resolved(axes, "reduction").reduce(into: shape) { $0[$1] = 1 }
    }

    /// The number of elements that each result of a reduction along `axes` is made from.
    fileprivate func count(along axes: [Int]) -> Int {
        resolved(axes, "reduction").reduce(1) { $0 * shape[$1] }
    }
}

extension Variable {
    /// The sums of all elements up to each position of an axis.
    ///
    /// y[..., i, ...] = Σ_{j ≤ i} x[..., j, ...]
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - excludesSelf: Whether a sum leaves out the element at its own position (j < i).
    ///   - isReversed: Whether sums run from the end (j ≥ i).
    public func cumulativeSum(along axis: Int, excludesSelf: Bool = false, isReversed: Bool = false) -> Variable {
        .apply(.cumulativeSum, self) { x in
            (
                x.cumulativeSum(along: axis, excludesSelf: excludesSelf, isReversed: isReversed),
                { $0.cumulativeSum(along: axis, excludesSelf: excludesSelf, isReversed: !isReversed) }
            )
        }
    }

    /// log Σ eˣ along some axes, without overflow.
    ///
    /// - Parameters:
    ///   - axes: Each of them once, none empty; negative ones count from the last.
    ///   - keepingAxes: Whether they remain, with extent 1.
    public func logSumExp(along axes: [Int], keepingAxes: Bool = false) -> Variable {
        .apply(.logSumExp, self) { x in
            let y = x.logSumExp(along: axes, keepingAxes: true)
            let result = keepingAxes ? y : x.logSumExp(along: axes)
            return (result, { $0.reshaped(to: y.shape) * (x - y).exp() })
        }
    }
}
