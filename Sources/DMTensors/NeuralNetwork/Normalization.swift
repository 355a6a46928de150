import CDMKernels

/// Normalizations that are made of other operations.
extension Tensor where Scalar: FloatingPointScalar {
    /// Each group of channels of each image brought to mean 0 and variance 1, then scaled and shifted.
    ///
    /// `y = (x - mean) / sqrt(variance + epsilon) * scale + shift`, with mean and biased variance over the pixels and
    /// the channels of a group of x `[n, ..., c]`. Wu & He, *Group Normalization*, ECCV 2018; as many groups as
    /// channels make instance normalization, one group takes all channels together.
    ///
    /// - Parameters:
    ///   - groups: How many, a divisor of the number of channels.
    ///   - scale: The factor of each channel `[c]`.
    ///   - shift: What is added to each channel `[c]`.
    ///   - epsilon: Is added to the variance; positive.
    public func groupNormalized(groups: Int, scale: Tensor, shift: Tensor, epsilon: Double = 1e-5) -> Tensor {
        let split = groupedShape(shape, groups: groups, scale: scale.shape, shift: shift.shape)
        let x = reshaped(to: split)
        let centered = x - x.mean(along: [1, 3], keepingAxes: true)
        let variance = centered.squared().mean(along: [1, 3], keepingAxes: true)
        return (centered / (variance + Scalar(epsilon)).squareRoot()).reshaped(to: shape) * scale + shift
    }

    /// Each element divided by a power of the squares of the channels around its own.
    ///
    /// `y = x (bias + alpha / size * Σ x²)^-beta`, summed over the `size` channels around each of x `[..., c]`, as far
    /// as there are channels. Krizhevsky, Sutskever & Hinton, NeurIPS 2012, section 3.3 (there without the division).
    ///
    /// - Parameters:
    ///   - size: The number of channels, at least 1; of an even number one more lies behind.
    ///   - alpha: The factor of the mean square.
    ///   - beta: The exponent.
    ///   - bias: Is added to the mean square.
    public func locallyNormalized(size: Int, alpha: Double = 1e-4, beta: Double = 0.75, bias: Double = 1) -> Tensor {
        let rows = squared().reshaped(to: channelRowsShape(shape))
        let mean = rows.averagePooled(channelWindow(size), countsPadding: true).reshaped(to: shape)
        return self * (mean * Scalar(alpha) + Scalar(bias)).power(Scalar(-beta))
    }

    /// Each row of the last axis divided by the root of its mean square, then scaled.
    ///
    /// `y = x / sqrt(mean(x²) + epsilon) * scale` for x `[..., c]`. Zhang & Sennrich, NeurIPS 2019.
    ///
    /// - Parameters:
    ///   - scale: The factor of each channel `[c]`.
    ///   - epsilon: Is added to the mean square; positive.
    public func rootMeanSquareNormalized(scale: Tensor, epsilon: Double = 1e-5) -> Tensor {
        self / (squared().mean(along: [-1], keepingAxes: true) + Scalar(epsilon)).squareRoot() * scale
    }
}

/// `[n, pixels, groups, channels of a group]` of a shape `[n, ..., c]`.
package func groupedShape(_ shape: [Int], groups: Int, scale: [Int], shift: [Int]) -> [Int] {
    let channels = shape.last ?? 0
    require(
        shape.count >= 2 && groups >= 1 && channels % groups == 0 && scale == [channels] && shift == [channels],
        "cannot group-normalize \(shape) in \(groups) groups with scale \(scale) and shift \(shift)")
    return [shape[0], shape[1..<(shape.count - 1)].reduce(1, *), groups, channels / groups]
}

/// `[1, rows, c, 1]` of a shape `[..., c]`: channels as the columns of an image.
package func channelRowsShape(_ shape: [Int]) -> [Int] {
    require(!shape.isEmpty, "a local normalization needs an axis of channels")
    return [1, shape.dropLast().reduce(1, *), shape[shape.count - 1], 1]
}

/// The window over the channels around each channel.
package func channelWindow(_ size: Int) -> PoolingWindow {
    let before = (size - 1) / 2
    return PoolingWindow(
        size: HeightAndWidth(height: 1, width: size), stride: HeightAndWidth(1),
        padding: ImagePadding(top: 0, bottom: 0, left: before, right: size - 1 - before))
}

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
            Parallelism.forEachUncheckedChunk(of: rows.count, size: rows.chunk) { chunk in
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
            Parallelism.forEachUncheckedChunk(of: rows.count, size: rows.chunk) { chunk in
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

extension Tensor where Scalar: FloatingPointScalar {
    /// Each channel of each image scaled and shifted: `y = x * (1 + scale) + shift`.
    ///
    /// - Parameters:
    ///   - scale: `[n, c]` for x `[n, ..., c]`.
    ///   - shift: `[n, c]`.
    /// - Returns: `[n, ..., c]`.
    public func modulated(scale: Tensor, shift: Tensor) -> Tensor {
        checkModulation(scale, shift)
        let (rows, channels) = (rowsOfImage, shape[rank - 1])
        let (zeros, factor) = (Tensor(repeating: 0, shape: [channels]), scale + 1)
        return Tensor(shape: shape) { y in
            guard let y = y.baseAddress, rows > 0 else { return }
            withElements(of: self, zeros, factor, shift) { x, zeros, factor, shift in
                Parallelism.forEachUncheckedChunk(of: shape[0], size: 1) { image in
                    let i = image.lowerBound, first = i * rows * channels
                    Scalar.kernelTables.network.normalize_columns(
                        x + first, zeros, factor + i * channels, shift + i * channels, nil, y + first, rows, channels, dm_identity)
                }
            }
        }
    }

    /// The gradients of `modulated`: `dx = dy * (1 + scale)`, `dscale = sum(dy * x)`, `dshift = sum(dy)` over each image.
    package func modulationGradients(of gradient: Tensor, scale: Tensor) -> (x: Tensor, scale: Tensor, shift: Tensor) {
        let kernels = Scalar.kernelTables.network
        let (rows, channels) = (rowsOfImage, shape[rank - 1])
        let (zeros, ones) = (Tensor(repeating: 0, shape: [channels]), Tensor(repeating: 1, shape: [channels]))
        let factor = scale + 1
        let dx = Storage<Scalar>(count: count)
        let (dscale, dshift) = (Storage<Scalar>(count: scale.count), Storage<Scalar>(count: scale.count))
        withElements(of: self, gradient, zeros, ones, factor) { x, gradient, zeros, ones, factor in
            Parallelism.forEachUncheckedChunk(of: shape[0], size: 1) { image in
                let i = image.lowerBound * channels, first = i * rows
                kernels.normalize_columns_sums(
                    x + first, gradient + first, zeros, ones, factor + i, zeros, dshift.address + i, dscale.address + i, rows, channels,
                    dm_identity)
                kernels.normalize_columns_gradient(
                    x + first, gradient + first, zeros, ones, factor + i, zeros, zeros, zeros, dx.address + first, rows, channels, 0,
                    dm_identity)
            }
        }
        return (Tensor(shape: shape, storage: dx), Tensor(shape: scale.shape, storage: dscale), Tensor(shape: scale.shape, storage: dshift))
    }

    private var rowsOfImage: Int { shape.dropFirst().dropLast().reduce(1, *) }

    private func checkModulation(_ scale: Tensor, _ shift: Tensor) {
        require(
            rank >= 2 && scale.shape == [shape[0], shape[rank - 1]] && shift.shape == scale.shape,
            "cannot modulate \(shape) by \(scale.shape) and \(shift.shape): one number for each channel of each image is needed")
    }
}
