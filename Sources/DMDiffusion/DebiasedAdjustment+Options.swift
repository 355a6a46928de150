extension DebiasedAdjustment {
    /// Where the shift is applied: at one place at most.
    public enum Mode: String, Sendable, Codable, CaseIterable {
        /// Nowhere.
        case off
        /// At each sampling step.
        case sampling
        /// Inside the training loss, with the opposite sign.
        case training

        /// The mode for two switches.
        ///
        /// - Throws: `DebiasedAdjustmentError.countedTwice` if both are on.
        public init(sampling: Bool, training: Bool) throws(DebiasedAdjustmentError) {
            switch (sampling, training) {
            case (false, false): self = .off
            case (true, false): self = .sampling
            case (false, true): self = .training
            case (true, true): throw .countedTwice
            }
        }
    }

    /// How the shift depends on the time of a sampling step.
    public enum TimeWeight: String, Sendable, Codable, CaseIterable {
        /// Not at all, `w(t) = 1`; exact.
        case constant
        /// In proportion, `w(t) = t`.
        case time
    }

    /// What sampled masks are for.
    public enum Use: String, Sendable, Codable, CaseIterable {
        /// Pseudo-labels that the teacher makes for training.
        case teacher
        /// Predictions, in evaluation and in use.
        case prediction
    }

    /// Which sampled masks are adjusted.
    public enum Scope: String, Sendable, Codable, CaseIterable {
        /// Pseudo-labels alone.
        case teacher
        /// Predictions alone.
        case prediction
        /// Pseudo-labels and predictions.
        case both

        /// Whether masks for this use are adjusted.
        public func contains(_ use: Use) -> Bool {
            switch self {
            case .teacher: use == .teacher
            case .prediction: use == .prediction
            case .both: true
            }
        }
    }
}
