import DMTensors

extension Variable {
    /// The softmax along the last axis, `eˣⁱ / Σⱼ eˣʲ`, without overflow.
    ///
    /// - Precondition: There is at least one axis.
    public func softmax() -> Variable {
        .apply(.softmax, self) { x in
            let y = x.softmax()
            return (y, { y.softmaxPullback($0) })
        }
    }

    /// The logarithm of the softmax along the last axis, `xᵢ - log Σⱼ eˣʲ`, without overflow.
    ///
    /// - Precondition: There is at least one axis.
    public func logSoftmax() -> Variable {
        .apply(.logSoftmax, self) { x in
            let y = x.logSoftmax()
            return (y, { $0 - y.exp() * $0.sum(along: [y.rank - 1], keepingAxes: true) })
        }
    }
}
