import CDMKernels

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
            Parallelism.forEachChunk(of: rows.count, size: rows.chunk) { chunk in
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
            Parallelism.forEachChunk(of: rows.count, size: rows.chunk) { chunk in
                let offset = chunk.lowerBound * rows.channels
                kernels.normalize_columns_gradient(
                    x + offset, gradient + offset, mean, inverse, factor, shift, dshift, dscale, dx.address + offset,
                    chunk.count, rows.channels, share, activation.kernelValue)
            }
        }
        return (Tensor(shape: shape, storage: dx), dscale, dshift)
    }
}
