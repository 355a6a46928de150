public import DMTensors
import Foundation

/// How much of the clean mask is left, and how much noise there is, at each time of the diffusion.
///
/// A noisy mask is `m_t = alpha(t) m_0 + sigma(t) epsilon` with `alpha² = sigmoid(logSNR(t))` and
/// `sigma² = sigmoid(-logSNR(t))`, so that `alpha² + sigma² = 1` (a variance-preserving diffusion). Time is continuous
/// and runs from 0, almost clean, to 1, almost pure noise.
///
/// ```swift
/// var random = RandomSource(seed: 1)
/// let mask = LabelEncoding.oneHot(classCount: 3).encode(Tensor([0, 1, 2, 1], shape: [1, 2, 2]))
/// let noisy = NoiseSchedule.cosine.noised(mask, with: random.normal(shape: mask.shape), at: 0.5)
/// ```
///
/// Source: Kingma et al., *Variational Diffusion Models*, NeurIPS 2021, section 3.
public enum NoiseSchedule: String, Sendable, Codable, CaseIterable {
    /// `alpha(t)` follows a quarter of a cosine wave.
    ///
    /// Source: Nichol and Dhariwal, *Improved Denoising Diffusion Probabilistic Models*, ICML 2021, equation 17.
    case cosine
    /// The noise variance of a step grows linearly, as in DDPM.
    ///
    /// Source: Ho et al., *Denoising Diffusion Probabilistic Models*, NeurIPS 2020, section 4.
    case linear

    /// The latest time that training and sampling use: at 1 the mask is gone, and there is nothing to learn.
    public static let latestTime = 0.999

    /// The logarithm of the signal-to-noise ratio, `log(alpha² / sigma²)`; it falls with time.
    ///
    /// - `cosine`: `-log(max(cos((t + 0.0002) / 1.00025 * pi/2)⁻² - 1, 1e-5))`
    /// - `linear`: `-log(exp(1e-4 + 10 t²) - 1)`
    ///
    /// - Parameter time: The time t, from 0 to 1.
    public func logSNR(at time: Double) -> Double {
        checkTime(time)
        switch self {
        case .cosine:
            let cosine = cos((time + 0.0002) / (1 + 0.00025) * .pi / 2)
            return -log(max(1 / (cosine * cosine) - 1, 1e-5))
        case .linear:
            return -log(expm1(1e-4 + 10 * time * time))
        }
    }

    /// The factor of the clean mask, `sqrt(sigmoid(logSNR(t)))`.
    ///
    /// - Parameter time: The time t, from 0 to 1.
    public func alpha(at time: Double) -> Double { (1 / (1 + exp(-logSNR(at: time)))).squareRoot() }

    /// The factor of the noise, `sqrt(sigmoid(-logSNR(t)))`.
    ///
    /// - Parameter time: The time t, from 0 to 1.
    public func sigma(at time: Double) -> Double { (1 / (1 + exp(logSNR(at: time)))).squareRoot() }
}

/// The forward process: clean masks become noisy ones.
extension NoiseSchedule {
    /// Masks with noise added, all at one time: `alpha(t) m_0 + sigma(t) epsilon`.
    ///
    /// - Parameters:
    ///   - mask: The clean masks `m_0` `[batch, height, width, channels]`.
    ///   - noise: Standard normal numbers `epsilon` of the same shape.
    ///   - time: The time t, from 0 to 1.
    public func noised(_ mask: Tensor<Float>, with noise: Tensor<Float>, at time: Double) -> Tensor<Float> {
        checkShape(mask.shape == noise.shape, "noise of shape \(noise.shape) does not fit masks of shape \(mask.shape)")
        return mask * Float(alpha(at: time)) + noise * Float(sigma(at: time))
    }

    /// Masks with noise added, each at its own time: `alpha(t_i) m_0[i] + sigma(t_i) epsilon[i]`.
    ///
    /// - Parameters:
    ///   - mask: The clean masks `m_0` `[batch, height, width, channels]`.
    ///   - noise: Standard normal numbers `epsilon` of the same shape.
    ///   - times: One time, from 0 to 1, for each mask of the batch.
    public func noised(_ mask: Tensor<Float>, with noise: Tensor<Float>, at times: [Double]) -> Tensor<Float> {
        checkShape(mask.shape == noise.shape, "noise of shape \(noise.shape) does not fit masks of shape \(mask.shape)")
        checkShape(
            mask.rank == 4 && mask.shape[0] == times.count, "\(times.count) times do not fit a batch of masks of shape \(mask.shape)")
        return mask * alphas(at: times) + noise * sigmas(at: times)
    }

    /// The factors of a batch of clean masks `[batch, 1, 1, 1]`, ready to be broadcast.
    ///
    /// - Parameter times: One time, from 0 to 1, for each mask of the batch.
    public func alphas(at times: [Double]) -> Tensor<Float> {
        Tensor(times.map { Float(alpha(at: $0)) }, shape: [times.count, 1, 1, 1])
    }

    /// The factors of the noise of a batch `[batch, 1, 1, 1]`, ready to be broadcast.
    ///
    /// - Parameter times: One time, from 0 to 1, for each mask of the batch.
    public func sigmas(at times: [Double]) -> Tensor<Float> {
        Tensor(times.map { Float(sigma(at: $0)) }, shape: [times.count, 1, 1, 1])
    }
}

/// The reverse process: one step from a time to an earlier one, given an estimate of the clean mask.
extension NoiseSchedule {
    /// The DDIM step, which is deterministic: it keeps the noise that the estimate implies, at the level of the earlier time.
    ///
    ///     epsilon = (m_t - alpha_t m^) / max(sigma_t, 1e-8)
    ///     m_s = alpha_s m^ + sigma_s epsilon
    ///
    /// - Parameters:
    ///   - mask: The noisy masks `m_t` `[batch, height, width, channels]`.
    ///   - estimate: The estimate `m^` of the clean masks (the x0 prediction), of the same shape.
    ///   - interval: The times t and s.
    ///
    /// Source: Song et al., *Denoising Diffusion Implicit Models*, ICLR 2021, equation 12 with eta = 0.
    public func ddimStep(from mask: Tensor<Float>, estimate: Tensor<Float>, over interval: SamplingInterval) -> Tensor<Float> {
        let (alpha, sigma) = (alpha(at: interval.now), max(sigma(at: interval.now), 1e-8))
        let noise = (mask - estimate * Float(alpha)) * Float(1 / sigma)
        return noised(estimate, with: noise, at: interval.next)
    }

    /// The ancestral (DDPM) step, which is random: a draw from `q(m_s | m_t, m_0 = m^)`.
    ///
    ///     c = 1 - exp(logSNR_t - logSNR_s)
    ///     mean = alpha_s (m_t (1 - c) / alpha_t + c m^),   variance = sigma_s² c
    ///
    /// - Parameters:
    ///   - mask: The noisy masks `m_t` `[batch, height, width, channels]`.
    ///   - estimate: The estimate `m^` of the clean masks (the x0 prediction), of the same shape.
    ///   - noise: Fresh standard normal numbers of the same shape.
    ///   - interval: The times t and s, s the earlier one.
    ///
    /// Source: Kingma et al., *Variational Diffusion Models*, NeurIPS 2021, appendix A.
    public func ancestralStep(
        from mask: Tensor<Float>, estimate: Tensor<Float>, noise: Tensor<Float>, over interval: SamplingInterval
    ) -> Tensor<Float> {
        let (alpha, earlierAlpha, earlierSigma) = (alpha(at: interval.now), alpha(at: interval.next), sigma(at: interval.next))
        let c = -expm1(logSNR(at: interval.now) - logSNR(at: interval.next))
        let mean = mask * Float(earlierAlpha * (1 - c) / alpha) + estimate * Float(earlierAlpha * c)
        return mean + noise * Float(earlierSigma * c.squareRoot())
    }
}

/// Stops the program when a time lies outside the diffusion.
func checkTime(_ time: Double) {
    checkShape((0...1).contains(time), "the time of a diffusion lies between 0 and 1, not at \(time)")
}
