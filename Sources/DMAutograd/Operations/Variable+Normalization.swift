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
    /// - Returns: The output `[..., c]`, the mean `[c]` and the biased variance `[c]` of the batch.
    public func batchNormalized(
        scale: Variable, shift: Variable, epsilon: Double = 1e-5, activation: FusedActivation = .identity
    ) -> (output: Variable, mean: Tensor<Scalar>, variance: Tensor<Scalar>) {
        var statistics = (mean: value, variance: value)
        let output = Variable.apply(.batchNormalize, [self, scale, shift]) { operands, _ in
            let (x, scale, shift) = (operands[0], operands[1], operands[2])
            let (y, mean, variance) = x.batchNormalized(scale: scale, shift: shift, epsilon: epsilon, activation: activation)
            statistics = (mean, variance)
            return (
                y,
                { gradient in
                    let (dx, dscale, dshift) = x.normalizationGradients(
                        of: gradient, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
                        activation: activation, statistics: .batch)
                    return [dx, dscale, dshift]
                }
            )
        }
        return (output, statistics.mean, statistics.variance)
    }

    /// Each channel normalised with a given mean and variance, then scaled and shifted.
    ///
    /// `y = activation((x - mean) / sqrt(variance + epsilon) * scale + shift)` for x `[..., c]`: what batch
    /// normalisation does at inference.
    ///
    /// - Parameters:
    ///   - mean: The mean of each channel `[c]`.
    ///   - variance: The variance of each channel `[c]`, not negative.
    ///   - scale: The factor of each channel `[c]`.
    ///   - shift: What is added to each channel `[c]`.
    ///   - epsilon: Is added to the variance; positive.
    ///   - activation: Is applied to the result.
    public func normalized(
        mean: Tensor<Scalar>, variance: Tensor<Scalar>, scale: Variable, shift: Variable, epsilon: Double = 1e-5,
        activation: FusedActivation = .identity
    ) -> Variable {
        .apply(.normalize, [self, scale, shift]) { operands, _ in
            let (x, scale, shift) = (operands[0], operands[1], operands[2])
            let y = x.normalized(
                mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon, activation: activation)
            return (
                y,
                { gradient in
                    let (dx, dscale, dshift) = x.normalizationGradients(
                        of: gradient, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
                        activation: activation, statistics: .given)
                    return [dx, dscale, dshift]
                }
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
