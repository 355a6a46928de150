import CDMKernels

extension Tensor where Scalar: FloatingPointScalar {
    /// Each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted.
    ///
    /// `y = activation((x - mean) / sqrt(variance + epsilon) * scale + shift)`, where mean and biased
    /// variance are taken over all axes of x `[..., c]` but the last.
    ///
    /// Ioffe & Szegedy, *Batch Normalization*, ICML 2015, algorithm 1. The variance is that of chunks
    /// of rows about their own means, merged (Chan, Golub & LeVeque 1979).
    ///
    /// - Parameters:
    ///   - scale: The factor of each channel `[c]`.
    ///   - shift: What is added to each channel `[c]`.
    ///   - epsilon: Is added to the variance; positive.
    ///   - activation: Is applied to the result.
    ///   - residual: Is added before the activation, `[..., c]`.
    /// - Returns: The output `[..., c]`, the mean `[c]` and the biased variance `[c]` of the batch.
    public func batchNormalized(
        scale: Tensor, shift: Tensor, epsilon: Double = 1e-5, activation: FusedActivation = .identity, adding residual: Tensor? = nil
    ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
        checkChannels("batch-normalize", scale, shift)
        let (mean, variance) = channelMoments()
        let output = normalized(
            mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon, activation: activation, adding: residual)
        return (output, mean, variance)
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
        mean: Tensor, variance: Tensor, scale: Tensor, shift: Tensor, epsilon: Double = 1e-5,
        activation: FusedActivation = .identity, adding residual: Tensor? = nil
    ) -> Tensor {
        checkChannels("normalize", mean, variance, scale, shift)
        require(residual.map { $0.shape == shape } ?? true, "cannot add a residual \(residual?.shape ?? []) to normalized \(shape)")
        let kernels = Scalar.kernelTables.network
        let rows = ChannelRows(of: self)
        let (_, factor) = ChannelRows.factors(variance: variance, scale: scale, epsilon: epsilon)
        let output = Storage<Scalar>(count: count)
        withElements(of: self, mean, factor, shift, residual ?? self) { x, mean, factor, shift, added in
            Parallelism.forEachUncheckedChunk(of: rows.count, size: rows.chunk) { chunk in
                let offset = chunk.lowerBound * rows.channels
                kernels.normalize_columns(
                    x + offset, mean, factor, shift, residual == nil ? nil : added + offset, output.address + offset, chunk.count,
                    rows.channels, activation.kernelValue)
            }
        }
        return Tensor(shape: shape, storage: output)
    }

    /// The mean and biased variance of each channel over all other axes.
    private func channelMoments() -> (mean: Tensor, variance: Tensor) {
        let kernels = Scalar.kernelTables.network
        let rows = ChannelRows(of: self)
        let means = Storage<Scalar>(count: rows.chunks * rows.channels)
        let deviations = Storage<Scalar>(count: rows.chunks * rows.channels)
        let mean = Storage<Scalar>(count: rows.channels)
        let variance = Storage<Scalar>(count: rows.channels)
        withElements(of: self) { x in
            Parallelism.forEachUncheckedChunk(of: rows.count, size: rows.chunk) { chunk in
                let i = chunk.lowerBound / rows.chunk * rows.channels
                kernels.column_moments(
                    x + chunk.lowerBound * rows.channels, means.address + i, deviations.address + i, chunk.count, rows.channels)
            }
        }
        kernels.merge_column_moments(
            means.address, deviations.address, mean.address, variance.address, rows.count, rows.chunk, rows.channels)
        return (Tensor(shape: [rows.channels], storage: mean), Tensor(shape: [rows.channels], storage: variance))
    }

    func checkChannels(_ operation: String, _ parameters: Tensor...) {
        for parameter in parameters {
            require(
                rank > 0 && parameter.shape == [shape[rank - 1]],
                "cannot \(operation) \(shape) with parameters of shape \(parameter.shape): one number for each channel is needed")
        }
    }
}

/// A tensor `[..., c]` seen as rows of channels, and the chunks of rows in which sums are taken.
///
/// The chunks depend on the shape alone, so sums do not depend on the number of threads; a chunk
/// fits in a core's second-level cache, so it may be read twice.
struct ChannelRows {
    let count: Int
    let channels: Int
    let chunk: Int

    init<Scalar>(of x: Tensor<Scalar>) {
        channels = x.shape[x.rank - 1]
        count = channels == 0 ? 0 : x.count / channels
        chunk = max(1, 32768 / max(1, channels))
    }

    var chunks: Int { (count + chunk - 1) / chunk }

    /// `1 / sqrt(variance + epsilon)`, and its product with the scale.
    static func factors<Scalar: FloatingPointScalar>(
        variance: Tensor<Scalar>, scale: Tensor<Scalar>, epsilon: Double
    ) -> (inverse: Tensor<Scalar>, factor: Tensor<Scalar>) {
        let inverse = Storage<Scalar>(count: scale.count)
        let factor = Storage<Scalar>(count: scale.count)
        withElements(of: variance, scale) { variance, scale in
            Scalar.kernelTables.network.normalization_factors(
                variance, scale, inverse.address, factor.address, factor.elements.count, epsilon)
        }
        return (Tensor(shape: scale.shape, storage: inverse), Tensor(shape: scale.shape, storage: factor))
    }

    /// The sum over chunks of what each of them has summed up, `[chunks, c]` -> `[c]`.
    func sum<Scalar: FloatingPointScalar>(_ partial: Storage<Scalar>) -> Tensor<Scalar> {
        let sum = Storage<Scalar>(count: channels)
        Scalar.kernelTables.network.sum_rows(partial.address, sum.address, chunks, channels)
        return Tensor(shape: [channels], storage: sum)
    }
}

/// Whether mean and variance were those of the batch, or given.
package enum NormalizationStatistics: Sendable {
    case batch, given
}

extension Tensor where Scalar: FloatingPointScalar {
    /// The gradients of a normalization of this tensor, given the gradient of its result.
    ///
    /// With g the gradient where the activation let the result through and n the number of rows,
    /// `dshift = sum(g)`, `dscale = sum(g * xHat)` and
    /// `dx = scale / sqrt(variance + epsilon) * (g - (dshift + dscale * xHat) / n)`; the last bracket is g
    /// alone where the statistics were given.
    package func normalizationGradients(
        of gradient: Tensor, mean: Tensor, variance: Tensor, scale: Tensor, shift: Tensor, epsilon: Double,
        activation: FusedActivation, statistics: NormalizationStatistics
    ) -> (x: Tensor, scale: Tensor, shift: Tensor) {
        let kernels = Scalar.kernelTables.network
        let rows = ChannelRows(of: self)
        let (inverse, factor) = ChannelRows.factors(variance: variance, scale: scale, epsilon: epsilon)
        let sums = Storage<Scalar>(count: rows.chunks * rows.channels)
        let products = Storage<Scalar>(count: rows.chunks * rows.channels)
        withElements(of: self, gradient, mean, inverse, factor, shift) { x, gradient, mean, inverse, factor, shift in
            Parallelism.forEachUncheckedChunk(of: rows.count, size: rows.chunk) { chunk in
                let offset = chunk.lowerBound * rows.channels
                let i = chunk.lowerBound / rows.chunk * rows.channels
                kernels.normalize_columns_sums(
                    x + offset, gradient + offset, mean, inverse, factor, shift, sums.address + i, products.address + i,
                    chunk.count, rows.channels, activation.kernelValue)
            }
        }
        let dshift = rows.sum(sums)
        let dscale = rows.sum(products)
        let share = statistics == .batch ? 1 / Double(max(1, rows.count)) : 0
        let dx = Storage<Scalar>(count: count)
        withElements(of: self, gradient, mean, inverse, factor, shift, dshift, dscale) {
            x, gradient, mean, inverse, factor, shift, dshift, dscale in
            Parallelism.forEachUncheckedChunk(of: rows.count, size: rows.chunk) { chunk in
                let offset = chunk.lowerBound * rows.channels
                kernels.normalize_columns_gradient(
                    x + offset, gradient + offset, mean, inverse, factor, shift, dshift, dscale, dx.address + offset,
                    chunk.count, rows.channels, share, activation.kernelValue)
            }
        }
        return (Tensor(shape: shape, storage: dx), dscale, dshift)
    }
}

/// What a fused operation does to its result while it is still in the processor.
public enum FusedActivation: Sendable {
    /// Nothing.
    case identity
    /// `max(x, 0)`.
    case relu
    /// `min(max(x, 0), 6)`.
    case relu6

    var kernelValue: dm_activation {
        switch self {
        case .identity: dm_identity
        case .relu: dm_rectified
        case .relu6: dm_rectified_6
        }
    }

    /// The gradient of what was activated, given that of the result, and the result itself.
    package func pullback<Scalar: FloatingPointScalar>(_ gradient: Tensor<Scalar>, result: Tensor<Scalar>) -> Tensor<Scalar> {
        switch self {
        case .identity: gradient
        case .relu: result.reluPullback(gradient)
        case .relu6: (6 - result).reluPullback(result.reluPullback(gradient))
        }
    }
}
