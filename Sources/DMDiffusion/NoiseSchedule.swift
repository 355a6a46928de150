import Foundation

/// How much of the clean mask is left, and how much noise there is, at each time of the diffusion.
///
/// A noisy mask is `m_t = alpha(t) m_0 + sigma(t) epsilon` with `alpha² = sigmoid(logSNR(t))` and
/// `sigma² = sigmoid(-logSNR(t))`, so that `alpha² + sigma² = 1`. Time runs from 0, almost clean, to
/// 1, almost noise alone, and is continuous.
///
/// Source: Kingma et al., *Variational Diffusion Models*, NeurIPS 2021, section 3.
public enum NoiseSchedule: String, Sendable, Codable, CaseIterable {
    /// `alpha(t)` follows a quarter of a cosine wave.
    ///
    /// Source: Nichol and Dhariwal, *Improved Denoising Diffusion Probabilistic Models*, ICML 2021, equation 17.
    case cosine
    /// The noise grows linearly over the discrete steps of the original diffusion models.
    ///
    /// Source: Ho et al., *Denoising Diffusion Probabilistic Models*, NeurIPS 2020, section 4.
    case linear

    /// The latest time that training and sampling use: at 1 the mask is gone, and nothing is learned there.
    public static let latestTime = 0.999

    /// The logarithm of the signal-to-noise ratio, `log(alpha² / sigma²)`; falls with time.
    ///
    /// - `cosine`: `-log(max(cos((t + 0.0002) / 1.00025 * pi/2)⁻² - 1, 1e-5))`
    /// - `linear`: `-log(exp(1e-4 + 10 t²) - 1)`
    ///
    /// - Parameter time: The time, from 0 to 1.
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
    /// - Parameter time: The time, from 0 to 1.
    public func alpha(at time: Double) -> Double { (1 / (1 + exp(-logSNR(at: time)))).squareRoot() }

    /// The factor of the noise, `sqrt(sigmoid(-logSNR(t)))`.
    ///
    /// - Parameter time: The time, from 0 to 1.
    public func sigma(at time: Double) -> Double { (1 / (1 + exp(logSNR(at: time)))).squareRoot() }
}
