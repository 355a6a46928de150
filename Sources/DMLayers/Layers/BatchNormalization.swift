public import DMAutograd
public import DMTensors

/// Normalization of each channel over the batch: y = scale (x - mean) / sqrt(variance + epsilon) + shift.
///
/// While training, mean and variance are the batch's own and are reported to the context; the module
/// takes them up with `absorb(_:)`. Otherwise they are the running ones.
///
/// Source: Ioffe & Szegedy, *Batch Normalization*, ICML 2015.
public struct BatchNormalization: Module {
    /// The scale, `[channels]`.
    public var weight: Parameter
    /// The shift, `[channels]`.
    public var bias: Parameter
    /// What normalizes outside training.
    public var statistics: RunningStatistics
    /// Keeps the root away from zero.
    public let epsilon: Double
    /// The weight of a new batch in the running statistics.
    public let momentum: Float
    /// What follows the normalization, in the same pass over the memory.
    public let activation: FusedActivation

    /// Scale 1, shift 0, running mean 0 and variance 1.
    public init(
        channels: Int, activation: FusedActivation = .identity, epsilon: Double = 1e-5, momentum: Float = 0.1
    ) {
        weight = Parameter(Tensor(repeating: 1, shape: [channels]))
        bias = Parameter(Tensor(repeating: 0, shape: [channels]))
        statistics = RunningStatistics(channels: channels)
        self.epsilon = epsilon
        self.momentum = momentum
        self.activation = activation
    }

    /// x `[..., channels]` -> y of the same shape.
    ///
    /// - Parameter residual: Is added before the activation, of the shape of x.
    public func callAsFunction(
        _ x: Variable<Float>, adding residual: Variable<Float>? = nil, _ context: inout ForwardContext
    ) -> Variable<Float> {
        if context.mode == .inference {
            return x.normalized(
                mean: statistics.mean, variance: statistics.variance, scale: weight.variable, shift: bias.variable,
                epsilon: epsilon, activation: activation, adding: residual)
        }
        let (y, mean, variance) = x.batchNormalized(
            scale: weight.variable, shift: bias.variable, epsilon: epsilon, activation: activation, adding: residual)
        if context.mode == .training {
            let count = Float(x.value.count / max(1, mean.count))
            context.report(
                BatchStatistics(
                    name: statistics.name, mean: mean, variance: (count / max(1, count - 1)) * variance, momentum: momentum))
        }
        return y
    }

    /// Visits `weight`, `bias` and the running statistics.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&weight, "weight")
        visitor.visit(&bias, "bias")
        visitor.visit(&statistics, "running")
    }
}
