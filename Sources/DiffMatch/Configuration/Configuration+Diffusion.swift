public import DMDiffusion

extension Configuration {
    /// The diffusion process over masks and its sampling.
    public struct Diffusion: Equatable, Sendable {
        /// The bound b of an encoded mask's entries, which lie in [-b, b].
        public var scale = 0.1
        /// How a class becomes a vector.
        public var encoding = LabelEncodingKind.embedding
        /// How the ratio of signal to noise falls with time.
        public var schedule = NoiseSchedule.cosine
        /// The number of sampling steps, S.
        public var samplingSteps = 3
        /// How many steps further than its own end each sampling step aims, delta.
        public var timeDifference = 1
        /// How a step estimates the clean mask.
        public var estimate = CleanMaskEstimate.expectation
        /// How a step moves toward its estimate.
        public var sampler = SamplerKind.ddim
        /// The times that training draws from.
        public var trainingTimeRange = 0.0...0.999
        /// The number of noise draws whose predictions are averaged.
        public var draws = 1
        /// Which steps' probabilities are predicted, and taught by the teacher.
        public var output = SamplerSettings.Output.lastStep

        /// The paper's scale and steps, with the demonstration's choices for the rest.
        public init() {}
    }

    /// The adjustment that takes the class frequencies out of the prediction.
    public struct Debias: Equatable, Sendable {
        /// Where the adjustment is made.
        public var mode = DebiasedAdjustment.Mode.sampling
        /// The strength tau: 0 leaves the prediction, 1 takes the whole of the class frequencies out.
        public var strength = 0.5
        /// How the adjustment is weighted over time.
        public var timeWeight = DebiasedAdjustment.TimeWeight.constant
        /// Whose sampling is adjusted.
        public var appliesTo = DebiasedAdjustment.Scope.teacher
        /// The largest change of a logit before it is multiplied by the strength, in nats.
        public var maximumShift = 3.0

        /// The demonstration's adjustment.
        public init() {}
    }

    /// How the teacher's predictions become targets.
    public struct PseudoLabels: Equatable, Sendable {
        /// The confidence from which a predicted pixel is a target, in [0, 1].
        public var threshold = 0.95
        /// The share of each class' predicted pixels, the surest ones, that are targets whatever their confidence; nil for
        /// the method's own: half of them for DiffMatch, none for the baselines, whose authors take none.
        public var surestShare: Double?
        /// The share of the steps over which the weight of the unlabeled images grows to its full value.
        public var rampUp = 0.2
        /// The share of the steps, the last ones, over which that weight falls to nothing.
        public var rampDown = 0.0

        /// The demonstration's pseudo-labels.
        public init() {}
    }
}
