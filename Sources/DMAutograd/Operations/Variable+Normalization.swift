public import DMTensors

extension Variable {
    /// Each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted.
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

    /// Each channel normalized with a given mean and variance, then scaled and shifted.
    ///
    /// `y = activation((x - mean) / sqrt(variance + epsilon) * scale + shift)` for x `[..., c]`: what batch
    /// normalization does at inference.
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

    /// Each row of the last axis brought to mean 0 and variance 1, then scaled and shifted.
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
