public import DMAutograd
public import DMTensors

/// Sets values to zero at random while training, and enlarges the others so that the mean stays.
///
/// Source: Srivastava et al., *Dropout*, JMLR 2014; whole channels: Tompson et al., CVPR 2015.
public struct Dropout: Sendable {
    /// What is dropped as one.
    public enum Unit: Sendable {
        /// Each element for itself.
        case element
        /// A whole channel of an image: x is `[n, ..., channels]`.
        case channel
    }

    /// The probability of being dropped, in 0..<1.
    public let rate: Float
    /// What is dropped as one.
    public let unit: Unit

    /// A dropout of the given rate.
    public init(rate: Float, unit: Unit = .element) {
        require((0..<1).contains(rate), "a dropout rate lies in 0..<1, not at \(rate)")
        self.rate = rate
        self.unit = unit
    }

    /// x, or x with zeros while training.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        guard context.mode == .training, rate > 0, x.value.count > 0 else { return x }
        let mask: Tensor<Float> =
            switch unit {
            case .element: context.random.dropoutMask(shape: x.shape, rate: Double(rate))
            case .channel: context.random.channelDropoutMask(shape: x.shape, rate: Double(rate))
            }
        return x * Variable(mask)
    }
}
