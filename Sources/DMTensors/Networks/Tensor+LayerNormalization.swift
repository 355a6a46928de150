import CDMKernels

extension Tensor where Scalar: FloatingPointScalar {
    /// Each row of the last axis brought to mean 0 and variance 1, then scaled and shifted.
    ///
    /// `y = (x - mean) / sqrt(variance + epsilon) * scale + shift`, with the mean and biased variance of
    /// each row of x `[..., c]`. Ba, Kiros & Hinton, *Layer Normalization*, 2016.
    ///
    /// - Parameters:
    ///   - scale: The factor of each channel `[c]`.
    ///   - shift: What is added to each channel `[c]`.
    ///   - epsilon: Is added to the variance; positive.
    public func layerNormalized(scale: Tensor, shift: Tensor, epsilon: Double = 1e-5) -> Tensor {
        checkChannels("layer-normalize", scale, shift)
        let kernels = Scalar.kernelTables.network
        let rows = ChannelRows(of: self)
        let output = Storage<Scalar>(count: count)
        withElements(of: self, scale, shift) { x, scale, shift in
            Parallelism.forEachChunk(of: rows.count, size: rows.chunk) { chunk in
                let offset = chunk.lowerBound * rows.channels
                kernels.normalize_rows(x + offset, scale, shift, output.address + offset, chunk.count, rows.channels, epsilon)
            }
        }
        return Tensor(shape: shape, storage: output)
    }

    /// The gradients of a layer normalization of this tensor, given the gradient of its result.
    package func layerNormalizationGradients(
        of gradient: Tensor, scale: Tensor, epsilon: Double
    ) -> (x: Tensor, scale: Tensor, shift: Tensor) {
        let kernels = Scalar.kernelTables.network
        let rows = ChannelRows(of: self)
        let dx = Storage<Scalar>(count: count)
        let dscale = Storage<Scalar>(count: rows.chunks * rows.channels)
        let dshift = Storage<Scalar>(count: rows.chunks * rows.channels)
        withElements(of: self, gradient, scale) { x, gradient, scale in
            Parallelism.forEachChunk(of: rows.count, size: rows.chunk) { chunk in
                let offset = chunk.lowerBound * rows.channels
                let i = chunk.lowerBound / rows.chunk * rows.channels
                kernels.normalize_rows_gradient(
                    x + offset, gradient + offset, scale, dx.address + offset, dscale.address + i, dshift.address + i,
                    chunk.count, rows.channels, epsilon)
            }
        }
        return (Tensor(shape: shape, storage: dx), rows.sum(dscale), rows.sum(dshift))
    }
}
