import DMAutograd
import DMDiffusion
public import DMLayers
import DMTensors

/// A mask denoiser and the codes of the classes that it sees.
public struct GenerativeHead: Module {
    /// The denoiser.
    public var denoiser: MaskDenoiser
    /// The codes.
    public var codes: ClassCodes
    /// Reads the classes straight off F, for a loss of its own; masks are sampled without it.
    ///
    /// It tells encoder and decoder what to see before the denoiser has learned to listen to them.
    public var auxiliary: Linear?

    /// A head.
    public init(denoiser: MaskDenoiser, codes: ClassCodes, auxiliary: Linear? = nil) {
        self.denoiser = denoiser
        self.codes = codes
        self.auxiliary = auxiliary
    }

    /// The logits of masks that were drowned in noise: f(F, alpha m_0 + sigma eps, t), lines 1, 3 and 4 of Algorithm 1.
    ///
    /// - Parameters:
    ///   - features: F, `[n, h, w, D]`.
    ///   - truth: Classes at full size, 255 where there is none, `[n, H, W]`.
    ///   - times: t of each image.
    ///   - schedule: The noise schedule.
    ///   - random: Where eps is drawn from.
    /// - Returns: `[n, h, w, K]`.
    func logits(
        features: Variable<Float>, truth: Tensor<Int32>, times: [Double], schedule: NoiseSchedule, random: inout RandomSource
    ) -> Variable<Float> {
        let codes = codes.variable
        let grid = LabelGrid(height: features.shape[1], width: features.shape[2], classCount: codes.shape[0] - 1)
        let clean = codes.gathered(rows: grid.labels(of: truth))
        let noise: Tensor<Float> = random.normal(shape: clean.shape)
        let noisy = clean * Variable(schedule.alphas(at: times)) + Variable(noise * schedule.sigmas(at: times))
        let logSNR = Tensor(times.map { Float(schedule.logSNR(at: $0)) })
        return denoiser(features: features, mask: noisy, logSNR: logSNR)
    }

    /// Visits `denoiser`, `codes` and `auxiliary`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&denoiser, "denoiser")
        visitor.visit(&codes, "codes")
        visitor.visit(&auxiliary, "auxiliary")
    }
}
