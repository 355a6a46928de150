public import DMAutograd
public import DMTensors

/// Normalization of each channel over the batch: y = scale (x - mean) / sqrt(variance + epsilon) + shift.
///
/// In training, mean and variance are the batch's own and are reported to the context, from which
/// `updateRunningStatistics(from:)` takes them. In inference they are the running ones.
///
/// Source: Ioffe & Szegedy, *Batch Normalization*, ICML 2015.
public struct BatchNormalization: Layer {
    /// The scale, `[channels]`.
    public var weight: Parameter
    /// The shift, `[channels]`.
    public var bias: Parameter
    /// What normalizes in inference.
    public var statistics: RunningStatistics
    /// What is added to the variance.
    public let epsilon: Double
    /// The weight of a new batch in the running statistics.
    public let momentum: Float
    /// What follows the normalization, in the same pass over the memory.
    public let activation: FusedActivation

    /// A normalization with scale 1, shift 0, running mean 0 and running variance 1.
    ///
    /// - Parameters:
    ///   - channels: The extent of the last axis of x.
    ///   - activation: What follows the normalization, in the same pass over the memory.
    ///   - epsilon: What is added to the variance; positive.
    ///   - momentum: The weight of a new batch in the running statistics, in 0...1.
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
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        self(x, adding: nil, &context)
    }

    /// x `[..., channels]` -> y of the same shape, with a residual that is added before the activation.
    ///
    /// - Parameters:
    ///   - x: The input.
    ///   - residual: Is added before the activation, of the shape of x.
    ///   - context: The mode; receives the batch statistics.
    public func callAsFunction(
        _ x: Variable<Float>, adding residual: Variable<Float>?, _ context: inout ForwardContext
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
                    identity: statistics.identity, mean: mean, variance: (count / max(1, count - 1)) * variance, momentum: momentum))
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

/// Normalization over the last axis: y = scale (x - mean) / sqrt(variance + epsilon) + shift.
///
/// Source: Ba, Kiros & Hinton, *Layer Normalization*, 2016.
public struct LayerNormalization: ContextFreeLayer {
    /// The scale, `[features]`.
    public var weight: Parameter
    /// The shift, `[features]`.
    public var bias: Parameter
    /// What is added to the variance.
    public let epsilon: Double

    /// A normalization with scale 1 and shift 0.
    public init(features: Int, epsilon: Double = 1e-5) {
        weight = Parameter(Tensor(repeating: 1, shape: [features]))
        bias = Parameter(Tensor(repeating: 0, shape: [features]))
        self.epsilon = epsilon
    }

    /// x `[..., features]` -> y of the same shape.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        x.layerNormalized(scale: weight.variable, shift: bias.variable, epsilon: epsilon)
    }

    /// Visits `weight` and `bias`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&weight, "weight")
        visitor.visit(&bias, "bias")
    }
}

/// Normalization over the pixels and the channels of a group, image by image:
/// y = scale (x - mean) / sqrt(variance + epsilon) + shift.
///
/// As many groups as channels make instance normalization.
///
/// Source: Wu & He, *Group Normalization*, ECCV 2018.
public struct GroupNormalization: ContextFreeLayer {
    /// The scale, `[channels]`.
    public var weight: Parameter
    /// The shift, `[channels]`.
    public var bias: Parameter
    /// The number of groups.
    public let groups: Int
    /// What is added to the variance.
    public let epsilon: Double

    /// A normalization with scale 1 and shift 0.
    ///
    /// - Parameters:
    ///   - groups: The number of groups, a divisor of `channels`.
    ///   - channels: The extent of the last axis of x.
    ///   - epsilon: What is added to the variance; positive.
    public init(groups: Int, channels: Int, epsilon: Double = 1e-5) {
        checkShape(groups >= 1 && channels % groups == 0, "\(channels) channels cannot be divided into \(groups) groups")
        weight = Parameter(Tensor(repeating: 1, shape: [channels]))
        bias = Parameter(Tensor(repeating: 0, shape: [channels]))
        self.groups = groups
        self.epsilon = epsilon
    }

    /// x `[n, ..., channels]` -> y of the same shape.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        x.groupNormalized(groups: groups, scale: weight.variable, shift: bias.variable, epsilon: epsilon)
    }

    /// Visits `weight` and `bias`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&weight, "weight")
        visitor.visit(&bias, "bias")
    }
}
