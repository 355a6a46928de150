/// The terms of one step's loss, before weighting.
public struct StepLosses: Sendable, Equatable, Codable {
    /// What was differentiated.
    public var total: Float = 0
    /// L_x, the cross-entropy on labeled images.
    public var labeled: Float = 0
    /// L_s1 and L_s2, one for each strong view.
    public var strong: [Float] = []
    /// L_fp, under feature dropout.
    public var featureDropout: Float?

    /// The keys of `records.jsonl`.
    private enum CodingKeys: String, CodingKey {
        case total, labeled = "labelled", strong, featureDropout
    }

    /// The name of the first term that is not a finite number.
    var firstNotFinite: String? {
        if !labeled.isFinite { return "labeled loss" }
        if let index = strong.firstIndex(where: { !$0.isFinite }) { return "loss of strong view \(index + 1)" }
        if let featureDropout, !featureDropout.isFinite { return "loss under feature dropout" }
        return total.isFinite ? nil : "total loss"
    }

    mutating func add(_ parts: [ViewStack.Part], perImage sums: [Float]) {
        for part in parts {
            let mean = sums[part.images].reduce(0, +) / Float(max(1, part.validCount))
            switch part.term {
            case .labeled: labeled = mean
            case .strong: strong.append(mean)
            case .featureDropout: featureDropout = mean
            }
        }
    }
}
