extension Configuration {
    /// The diffusion process over masks and its sampling.
    public struct Diffusion: Codable, Equatable, Sendable {
        /// The bound b of an encoded mask's entries, which lie in [-b, b].
        public var scale = 0.1
        /// How a class becomes a vector.
        public var encoding = Encoding.table
        /// How the ratio of signal to noise falls with time.
        public var schedule = Schedule.cosine
        /// The number of sampling steps, S.
        public var samplingSteps = 3
        /// How many steps further than its own end each sampling step aims, delta.
        public var timeDifference = 1.0
        /// How a step estimates the clean mask.
        public var estimate = Estimate.mean
        /// How a step moves towards its estimate.
        public var sampler = Sampler.ddim
        /// The times that training draws from.
        public var trainingTimeRange = 0.0...0.999
        /// The number of noise draws whose predictions are averaged.
        public var draws = 1
        /// Which steps' probabilities are the prediction.
        public var output = Output.mean

        /// The paper's scale and steps, with the demonstration's choices for the rest.
        public init() {}

        /// How a class becomes a vector.
        public enum Encoding: String, CaseIterable, Codable, Sendable {
            /// A learned vector of the decoder's channels.
            case table
            /// One channel per class.
            case oneHot
            /// The class number's binary digits.
            case analogBits
        }

        /// How the ratio of signal to noise falls with time.
        public enum Schedule: String, CaseIterable, Codable, Sendable {
            /// The cosine schedule.
            case cosine
            /// The linear schedule.
            case linear
        }

        /// How a step estimates the clean mask from the class probabilities.
        public enum Estimate: String, CaseIterable, Codable, Sendable {
            /// The mean of the encodings under the probabilities.
            case mean
            /// The encoding of the most probable class.
            case mode
            /// The encoding of a class drawn from the probabilities; for the ancestral sampler.
            case draw
        }

        /// How a step moves towards its estimate.
        public enum Sampler: String, CaseIterable, Codable, Sendable {
            /// Deterministic steps.
            case ddim
            /// Steps that draw from the reverse transition.
            case ancestral
        }

        /// Which steps' probabilities are the prediction.
        public enum Output: String, CaseIterable, Codable, Sendable {
            /// The mean over the steps.
            case mean
            /// The last step's.
            case last
        }
    }

    /// The adjustment that takes the class frequencies out of the prediction.
    public struct Debias: Codable, Equatable, Sendable {
        /// Where the adjustment is made.
        public var mode = Mode.sampling
        /// The strength tau: 0 leaves the prediction, 1 takes the whole of the class frequencies out.
        public var strength = 0.5
        /// How the adjustment is weighted over time.
        public var timeWeight = TimeWeight.constant
        /// Whose sampling is adjusted.
        public var appliesTo = Target.both
        /// The largest change of a logit before it is multiplied by the strength, in nats.
        public var maximumShift = 3.0

        /// The demonstration's adjustment.
        public init() {}

        /// Where the adjustment is made.
        public enum Mode: String, CaseIterable, Codable, Sendable {
            /// Nowhere.
            case off
            /// On the logits of every sampling step.
            case sampling
            /// Inside the training loss, with the opposite sign.
            case training
        }

        /// How the adjustment is weighted over time.
        public enum TimeWeight: String, CaseIterable, Codable, Sendable {
            /// By one.
            case constant
            /// By the time itself.
            case time
        }

        /// Whose sampling is adjusted.
        public enum Target: String, CaseIterable, Codable, Sendable {
            /// The teacher's, which makes the pseudo-labels.
            case teacher
            /// The final prediction's.
            case prediction
            /// Both.
            case both
        }
    }

    /// How the teacher's predictions become targets.
    public struct PseudoLabels: Codable, Equatable, Sendable {
        /// The confidence from which a predicted pixel is a target, in [0, 1].
        public var threshold = 0.95
        /// The share of the steps over which the weight of the unlabelled images grows to its full value.
        public var rampUp = 0.2

        /// The demonstration's pseudo-labels.
        public init() {}
    }
}
