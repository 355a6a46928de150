public import DMAutograd
public import DMTensors

/// Sets elements or whole channels to zero at random while training, and scales the others so that the mean stays.
///
/// y = x m / (1 - rate), where m is 0 with probability `rate` and 1 otherwise; outside training y = x.
///
/// ```swift
/// let dropout = Dropout(rate: 0.5)
/// let ones = Variable(Tensor<Float>(repeating: 1, shape: [2, 4]))
/// var training = ForwardContext.training(random: RandomSource(seed: 1))
/// print(dropout(ones, &training).value)      // zeros and twos
/// var inference = ForwardContext.inference
/// print(dropout(ones, &inference).value)     // ones
/// ```
///
/// Source: Srivastava et al., *Dropout*, JMLR 2014; whole channels (PyTorch's `Dropout2d`): Tompson et al., *Efficient
/// Object Localization Using Convolutional Networks*, CVPR 2015.
public struct Dropout: Layer {
    /// What is dropped together.
    public enum Unit: Sendable {
        /// Each element by itself.
        case element
        /// A whole channel of an image: x is `[n, ..., channels]`.
        case channel
    }

    /// The probability of being dropped, in 0..<1.
    public let rate: Float
    /// What is dropped together.
    public let unit: Unit

    /// A dropout of the given rate.
    ///
    /// - Parameters:
    ///   - rate: The probability of being dropped, in 0..<1.
    ///   - unit: What is dropped together.
    public init(rate: Float, unit: Unit = .element) {
        checkShape((0..<1).contains(rate), "a dropout rate lies in 0..<1, not at \(rate)")
        self.rate = rate
        self.unit = unit
    }

    /// x of any shape -> y of the same shape.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        guard context.mode == .training, rate > 0, x.value.count > 0 else { return x }
        let mask: Tensor<Float> =
            switch unit {
            case .element: context.random.dropoutMask(shape: x.shape, rate: Double(rate))
            case .channel: context.random.channelDropoutMask(shape: x.shape, rate: Double(rate))
            }
        return x * Variable(mask)
    }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}
