public import DMTensors

/// The forward process: clean masks become noisy ones.
extension NoiseSchedule {
    /// The masks at one time: `alpha(t) m_0 + sigma(t) epsilon`.
    ///
    /// - Parameters:
    ///   - mask: The clean masks `m_0` `[batch, height, width, channels]`.
    ///   - noise: Standard normal numbers `epsilon` of the same shape.
    ///   - time: The time, from 0 to 1.
    public func noised(_ mask: Tensor<Float>, with noise: Tensor<Float>, at time: Double) -> Tensor<Float> {
        require(mask.shape == noise.shape, "noise of shape \(noise.shape) does not fit masks of shape \(mask.shape)")
        return mask * Float(alpha(at: time)) + noise * Float(sigma(at: time))
    }

    /// The masks of a batch, each at its own time: `alpha(t_i) m_0[i] + sigma(t_i) epsilon[i]`.
    ///
    /// - Parameters:
    ///   - mask: The clean masks `m_0` `[batch, height, width, channels]`.
    ///   - noise: Standard normal numbers `epsilon` of the same shape.
    ///   - times: One time, from 0 to 1, for each entry of the batch.
    public func noised(_ mask: Tensor<Float>, with noise: Tensor<Float>, at times: [Double]) -> Tensor<Float> {
        require(mask.shape == noise.shape, "noise of shape \(noise.shape) does not fit masks of shape \(mask.shape)")
        require(
            mask.rank == 4 && mask.shape[0] == times.count, "\(times.count) times do not fit a batch of masks of shape \(mask.shape)")
        return mask * alphas(at: times) + noise * sigmas(at: times)
    }

    /// The factors of the clean masks of a batch `[batch, 1, 1, 1]`, ready to be broadcast.
    ///
    /// - Parameter times: One time, from 0 to 1, for each entry of the batch.
    public func alphas(at times: [Double]) -> Tensor<Float> {
        Tensor(times.map { Float(alpha(at: $0)) }, shape: [times.count, 1, 1, 1])
    }

    /// The factors of the noise of a batch `[batch, 1, 1, 1]`, ready to be broadcast.
    ///
    /// - Parameter times: One time, from 0 to 1, for each entry of the batch.
    public func sigmas(at times: [Double]) -> Tensor<Float> {
        Tensor(times.map { Float(sigma(at: $0)) }, shape: [times.count, 1, 1, 1])
    }
}
