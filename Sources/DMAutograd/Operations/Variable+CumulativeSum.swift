import DMTensors

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
