/// What one training step did, for observers.
public struct StepReport: Sendable, Equatable, Codable {
    /// The number of steps taken, this one included.
    public var step: Int
    /// The terms of the loss.
    public var losses: StepLosses
    /// The learning rate of parameters with the factor 1.
    public var learningRate: Float
    /// The share of the unlabeled pixels whose pseudo-label counted, in 0...1.
    public var coverage: Float?
    /// The time that the step took, in seconds.
    public var seconds: Double
    /// The most memory that tensors occupied at once during the step, in bytes; prefetched batches count too.
    public var peakMemory: Int
}

/// The loss of one step: the total, and its terms before weighting.
public struct StepLosses: Sendable, Equatable {
    /// What was differentiated.
    public var total: Float = 0
    /// The terms, in the order of the objective.
    public private(set) var terms: [(name: LossTerm.Name, value: Float)] = []

    /// The losses of no step.
    public init() {}

    /// L_x, the cross-entropy on labeled images; 0 without such a term.
    public var labeled: Float { self[.labeled] ?? 0 }
    /// L_s1, L_s2, ...: one for each strong augmentation.
    public var strong: [Float] { terms.compactMap { if case .strong = $0.name { $0.value } else { nil } } }
    /// L_fp, under feature dropout.
    public var featureDropout: Float? { self[.featureDropout] }

    /// The value of a term, nil where the objective has none of that name.
    public subscript(name: LossTerm.Name) -> Float? { terms.first { $0.name == name }?.value }

    /// Adds a term.
    mutating func append(_ name: LossTerm.Name, _ value: Float) { terms.append((name, value)) }

    /// The name of the first term that is not a finite number.
    var firstNotFinite: String? {
        if let term = terms.first(where: { !$0.value.isFinite }) { return term.name.description }
        return total.isFinite ? nil : "total loss"
    }

    /// Whether names and values are equal.
    public static func == (x: StepLosses, y: StepLosses) -> Bool {
        x.total == y.total && x.terms.elementsEqual(y.terms) { $0 == $1 }
    }
}

extension LossTerm.Name: CustomStringConvertible {
    /// The term in words.
    public var description: String {
        switch self {
        case .labeled: "labeled loss"
        case .strong(let number): "loss of strong view \(number)"
        case .featureDropout: "loss under feature dropout"
        case .other(let name): "loss '\(name)'"
        }
    }
}

extension StepLosses: Codable {
    /// The keys of `records.jsonl`.
    private enum CodingKeys: String, CodingKey {
        case total, labeled = "labelled", strong, featureDropout, other
    }

    /// Reads a line of the records.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        total = try container.decode(Float.self, forKey: .total)
        append(.labeled, try container.decode(Float.self, forKey: .labeled))
        if let value = try container.decodeIfPresent(Float.self, forKey: .featureDropout) { append(.featureDropout, value) }
        for (index, value) in try container.decode([Float].self, forKey: .strong).enumerated() { append(.strong(index + 1), value) }
        let other = try container.decodeIfPresent([String: Float].self, forKey: .other) ?? [:]
        for (name, value) in other.sorted(by: { $0.key < $1.key }) { append(.other(name), value) }
    }

    /// Writes a line of the records.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(total, forKey: .total)
        try container.encode(labeled, forKey: .labeled)
        try container.encode(strong, forKey: .strong)
        try container.encodeIfPresent(featureDropout, forKey: .featureDropout)
        let other = terms.compactMap { term in if case .other(let name) = term.name { (name, term.value) } else { nil } }
        if !other.isEmpty { try container.encode(Dictionary(other, uniquingKeysWith: { $1 }), forKey: .other) }
    }
}
