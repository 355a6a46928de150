extension Tensor where Scalar: FloatingPointScalar {
    /// log Σ eˣ along the given axes, without overflow.
    ///
    /// - Parameters:
    ///   - axes: Each of them once, none empty; negative ones count from the last.
    ///   - keepingAxes: Whether the axes stay, with extent 1.
    public func logSumExp(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let axes = resolved(axes, "logSumExp")
        let largest = axes.reduce(self) { $0.maximum(along: $1, keepingAxes: true) }
        // An infinity taken from itself would be no number.
        let offset = select(where: largest.absoluteValue().isLess(than: .infinity), largest, Tensor(0))
        let result = (self - offset).exp().sum(along: axes, keepingAxes: true).log() + offset
        return keepingAxes ? result : result.reshaped(to: removing(axes))
    }
}
