public import DMTensors

extension Variable {
    /// Batch normalization: each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted.
    ///
    /// `y = activation((x - mean) / sqrt(variance + epsilon) * scale + shift)`, where mean and biased
    /// variance are taken over all axes of x `[..., c]` but the last. Gradients flow through both.
    /// Ioffe & Szegedy, *Batch Normalization*, ICML 2015, algorithm 1.
    ///
    /// - Parameters:
    ///   - scale: The factor of each channel `[c]`.
    ///   - shift: What is added to each channel `[c]`.
    ///   - epsilon: Is added to the variance; positive.
    ///   - activation: Is applied to the result.
    ///   - residual: Is added before the activation, `[..., c]`.
    /// - Returns: The output `[..., c]`, the mean `[c]` and the biased variance `[c]` of the batch.
    public func batchNormalized(
        scale: Variable, shift: Variable, epsilon: Double = 1e-5, activation: FusedActivation = .identity,
        adding residual: Variable? = nil
    ) -> (output: Variable, mean: Tensor<Scalar>, variance: Tensor<Scalar>) {
        var statistics = (mean: value, variance: value)
        let output = Variable.apply(.batchNormalize, [self, scale, shift] + (residual.map { [$0] } ?? [])) { operands, _ in
            let (x, scale, shift) = (operands[0], operands[1], operands[2])
            let (y, mean, variance) = x.batchNormalized(
                scale: scale, shift: shift, epsilon: epsilon, activation: activation,
                adding: operands.count > 3 ? operands[3] : nil)
            statistics = (mean, variance)
            return (
                y,
                Normalization(
                    x: x, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon, activation: activation,
                    statistics: .batch
                ).pullback(result: operands.count > 3 ? y : nil)
            )
        }
        return (output, statistics.mean, statistics.variance)
    }

    /// Batch normalization at inference: each channel normalized with a given mean and variance, then scaled and shifted.
    ///
    /// `y = activation((x - mean) / sqrt(variance + epsilon) * scale + shift)` for x `[..., c]`.
    ///
    /// - Parameters:
    ///   - mean: The mean of each channel `[c]`.
    ///   - variance: The variance of each channel `[c]`, not negative.
    ///   - scale: The factor of each channel `[c]`.
    ///   - shift: What is added to each channel `[c]`.
    ///   - epsilon: Is added to the variance; positive.
    ///   - activation: Is applied to the result.
    ///   - residual: Is added before the activation, `[..., c]`.
    public func normalized(
        mean: Tensor<Scalar>, variance: Tensor<Scalar>, scale: Variable, shift: Variable, epsilon: Double = 1e-5,
        activation: FusedActivation = .identity, adding residual: Variable? = nil
    ) -> Variable {
        .apply(.normalize, [self, scale, shift] + (residual.map { [$0] } ?? [])) { operands, _ in
            let (x, scale, shift) = (operands[0], operands[1], operands[2])
            let y = x.normalized(
                mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon, activation: activation,
                adding: operands.count > 3 ? operands[3] : nil)
            return (
                y,
                Normalization(
                    x: x, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon, activation: activation,
                    statistics: .given
                ).pullback(result: operands.count > 3 ? y : nil)
            )
        }
    }

    /// Layer normalization: each row of the last axis brought to mean 0 and variance 1, then scaled and shifted.
    ///
    /// `y = (x - mean) / sqrt(variance + epsilon) * scale + shift`, with the mean and biased variance of
    /// each row of x `[..., c]`. Ba, Kiros & Hinton, *Layer Normalization*, 2016.
    ///
    /// - Parameters:
    ///   - scale: The factor of each channel `[c]`.
    ///   - shift: What is added to each channel `[c]`.
    ///   - epsilon: Is added to the variance; positive.
    public func layerNormalized(scale: Variable, shift: Variable, epsilon: Double = 1e-5) -> Variable {
        .apply(.layerNormalize, [self, scale, shift]) { operands, _ in
            let (x, scale, shift) = (operands[0], operands[1], operands[2])
            return (
                x.layerNormalized(scale: scale, shift: shift, epsilon: epsilon),
                { gradient in
                    let (dx, dscale, dshift) = x.layerNormalizationGradients(of: gradient, scale: scale, epsilon: epsilon)
                    return [dx, dscale, dshift]
                }
            )
        }
    }
}

/// A normalization of channels that has taken place.
private struct Normalization<Scalar: FloatingPointScalar>: Sendable {
    let x, mean, variance, scale, shift: Tensor<Scalar>
    let epsilon: Double
    let activation: FusedActivation
    let statistics: NormalizationStatistics

    /// The gradients of x, scale and shift, and of the residual if there was one.
    ///
    /// - Parameter result: The result if a residual was added before the activation: it shows where that let something
    ///   through, which x alone does not.
    func pullback(result: Tensor<Scalar>?) -> @Sendable (Tensor<Scalar>) -> [Tensor<Scalar>?] {
        { gradient in
            let masked = result.map { activation.pullback(gradient, result: $0) }
            let (dx, dscale, dshift) = x.normalizationGradients(
                of: masked ?? gradient, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
                activation: masked == nil ? activation : .identity, statistics: statistics)
            return [dx, dscale, dshift] + (masked.map { [$0] } ?? [])
        }
    }
}

/// Normalizations that are composed of other operations.
extension Variable {
    /// Group normalization: each group of channels of each image brought to mean 0 and variance 1, then scaled and shifted.
    ///
    /// `y = (x - mean) / sqrt(variance + epsilon) * scale + shift`, with mean and biased variance over the pixels and
    /// the channels of a group of x `[n, ..., c]`. Wu & He, *Group Normalization*, ECCV 2018; as many groups as
    /// channels make instance normalization.
    ///
    /// - Parameters:
    ///   - groups: How many, a divisor of the number of channels.
    ///   - scale: The factor of each channel `[c]`.
    ///   - shift: What is added to each channel `[c]`.
    ///   - epsilon: Is added to the variance; positive.
    public func groupNormalized(groups: Int, scale: Variable, shift: Variable, epsilon: Double = 1e-5) -> Variable {
        let split = groupedShape(shape, groups: groups, scale: scale.shape, shift: shift.shape)
        let x = reshaped(to: split)
        let deviation = (x.variance(along: [1, 3], keepingAxes: true) + Scalar(epsilon)).squareRoot()
        return ((x - x.mean(along: [1, 3], keepingAxes: true)) / deviation).reshaped(to: shape) * scale + shift
    }

    /// Local response normalization: each element divided by a power of the mean square of the channels around its own.
    ///
    /// `y = x (bias + alpha / size * Σ x²)^-beta`, summed over the `size` channels around each of x `[..., c]`, as far
    /// as there are channels. Krizhevsky, Sutskever & Hinton, NeurIPS 2012, section 3.3 (there without the division).
    ///
    /// - Parameters:
    ///   - size: The number of channels, at least 1; of an even number one more lies behind.
    ///   - alpha: The factor of the mean square.
    ///   - beta: The exponent.
    ///   - bias: Is added to the mean square.
    public func locallyNormalized(size: Int, alpha: Double = 1e-4, beta: Double = 0.75, bias: Double = 1) -> Variable {
        let rows = squared().reshaped(to: channelRowsShape(shape))
        let mean = rows.averagePooled(channelWindow(size), countsPadding: true).reshaped(to: shape)
        return self * (mean * Scalar(alpha) + Scalar(bias)).power(Scalar(-beta))
    }

    /// RMSNorm: each row of the last axis divided by the root of its mean square, then scaled.
    ///
    /// `y = x / sqrt(mean(x²) + epsilon) * scale` for x `[..., c]`. Zhang & Sennrich, NeurIPS 2019.
    ///
    /// - Parameters:
    ///   - scale: The factor of each channel `[c]`.
    ///   - epsilon: Is added to the mean square; positive.
    public func rootMeanSquareNormalized(scale: Variable, epsilon: Double = 1e-5) -> Variable {
        self / (squared().mean(along: [-1], keepingAxes: true) + Scalar(epsilon)).squareRoot() * scale
    }
}

extension Variable {
    /// Feature-wise modulation (FiLM): each channel of each image scaled and shifted, `y = x * (1 + scale) + shift`.
    ///
    /// Source: Perez et al., *FiLM: Visual Reasoning with a General Conditioning Layer*, AAAI 2018.
    ///
    /// - Parameters:
    ///   - scale: `[n, c]` for x `[n, ..., c]`.
    ///   - shift: `[n, c]`.
    /// - Returns: `[n, ..., c]`.
    public func modulated(scale: Variable, shift: Variable) -> Variable {
        .apply(.modulate, [self, scale, shift]) { operands, _ in
            let (x, scale) = (operands[0], operands[1])
            return (
                x.modulated(scale: scale, shift: operands[2]),
                { gradient in
                    let (dx, dscale, dshift) = x.modulationGradients(of: gradient, scale: scale)
                    return [dx, dscale, dshift]
                }
            )
        }
    }
}
