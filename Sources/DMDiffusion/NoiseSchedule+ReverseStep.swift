public import DMTensors
import Foundation

/// The reverse process: one step from a time to an earlier one, given an estimate of the clean mask.
extension NoiseSchedule {
    /// The deterministic step: keeps the noise that the estimate implies, at the level of the earlier time.
    ///
    ///     epsilon = (m_t - alpha_t m^) / max(sigma_t, 1e-8)
    ///     m_s = alpha_s m^ + sigma_s epsilon
    ///
    /// - Parameters:
    ///   - mask: The noisy masks `m_t` `[batch, height, width, channels]`.
    ///   - estimate: The estimate `m^` of the clean masks, of the same shape.
    ///   - interval: The times `t` and `s`.
    ///
    /// Source: Song et al., *Denoising Diffusion Implicit Models*, ICLR 2021, equation 12 with eta = 0.
    public func ddimStep(from mask: Tensor<Float>, estimate: Tensor<Float>, over interval: SamplingInterval) -> Tensor<Float> {
        let (alpha, sigma) = (alpha(at: interval.now), max(sigma(at: interval.now), 1e-8))
        let noise = (mask - estimate * Float(alpha)) * Float(1 / sigma)
        return noised(estimate, with: noise, at: interval.next)
    }

    /// The random step: a draw from `q(m_s | m_t, m_0 = m^)`.
    ///
    ///     c = 1 - exp(logSNR_t - logSNR_s)
    ///     mean = alpha_s (m_t (1 - c) / alpha_t + c m^),   variance = sigma_s² c
    ///
    /// - Parameters:
    ///   - mask: The noisy masks `m_t` `[batch, height, width, channels]`.
    ///   - estimate: The estimate `m^` of the clean masks, of the same shape.
    ///   - noise: Fresh standard normal numbers of the same shape.
    ///   - interval: The times `t` and `s`, `s` the earlier one.
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
