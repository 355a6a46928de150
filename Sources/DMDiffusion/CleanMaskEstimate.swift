public import DMTensors

/// How a sampling step turns class probabilities into an estimate of the clean mask.
public enum CleanMaskEstimate: String, Sendable, Codable, CaseIterable {
    /// The expected code, `sum_k p(k) code(k)`.
    case mean
    /// The code of the most probable class.
    case mode
    /// The code of a class drawn with its probability, as the exact reverse process demands; meant for ancestral sampling.
    case draw

    /// The estimate of the clean masks.
    ///
    /// - Parameters:
    ///   - probabilities: The class probabilities of each pixel `[batch, height, width, K]`.
    ///   - encoding: The encoding of the masks.
    ///   - random: Where draws come from; only `draw` uses it.
    /// - Returns: Encoded masks `[batch, height, width, channels]`.
    public func cleanMask(
        for probabilities: Tensor<Float>, in encoding: LabelEncoding, random: inout RandomSource
    ) -> Tensor<Float> {
        switch self {
        case .mean: encoding.mean(of: probabilities)
        case .mode: encoding.encode(probabilities.argmax(along: probabilities.rank - 1))
        case .draw: encoding.encode(drawnClasses(from: probabilities, random: &random))
        }
    }
}
