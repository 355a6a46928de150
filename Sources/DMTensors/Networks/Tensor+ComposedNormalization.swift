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
