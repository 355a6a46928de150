extension DebiasedAdjustment {
    /// The wanted class distribution `q*`.
    public enum Target: Sendable, Equatable, Codable {
        /// All classes alike.
        case uniform
        /// In proportion to the given numbers, one for each class, all above 0.
        case given([Double])

        /// The probabilities of the classes, with the sum 1.
        ///
        /// - Throws: `DebiasedAdjustmentError` if the given numbers are not one for each class, or not all above 0.
        public func probabilities(classCount: Int) throws(DebiasedAdjustmentError) -> [Double] {
            switch self {
            case .uniform:
                return Array(repeating: 1 / Double(classCount), count: classCount)
            case .given(let weights):
                guard weights.count == classCount else { throw .targetCount(expected: classCount, found: weights.count) }
                if let label = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
                    throw .targetWeight(label: label, found: weights[label])
                }
                let sum = weights.reduce(0, +)
                return weights.map { $0 / sum }
            }
        }
    }
}
