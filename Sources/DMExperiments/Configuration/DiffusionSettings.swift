public import DMDiffusion
public import DiffMatch

extension Configuration {
    /// The diffusion process over masks, and its sampler.
    public struct DiffusionSettings: Equatable, Sendable {
        /// The scale b of an encoded mask, whose entries lie in [-b, b].
        public var scale = 0.1
        /// How a class becomes a vector.
        public var encoding = LabelEncodingKind.embedding
        /// The noise schedule.
        public var schedule = NoiseSchedule.cosine
        /// The number of sampling steps, S.
        public var samplingSteps = 3
        /// The asymmetric time interval td, in sampling steps.
        public var timeDifference = 1
        /// How a step estimates the clean mask.
        public var estimate = CleanMaskEstimate.expectation
        /// How a step moves toward its estimate.
        public var sampler = SamplerKind.ddim
        /// The interval from which training draws the diffusion time.
        public var trainingTimeRange = 0.0...0.999
        /// The number of noise samples whose predictions are averaged.
        public var ensembleSize = 1
        /// Which steps' probabilities are the prediction, and the teacher's pseudo-labels.
        public var output = SamplerSettings.Output.lastStep

        /// The paper's scale and steps, with the demonstration's choices for the rest.
        public init() {}
    }
}

extension Configuration.DiffusionSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow("scale", \.scale, .real(in: 1e-4...10), "Scale b of an encoded mask, whose entries lie in [-b, b]."),
        SettingRow(
            "encoding", \.encoding, .choice,
            "How a class becomes a vector: learned embeddings (classTable), one-hot codes or analog bits."),
        SettingRow("schedule", \.schedule, .choice, "Noise schedule: how the log signal-to-noise ratio falls with time."),
        SettingRow("samplingSteps", \.samplingSteps, .integer(in: 1...1000), "Number of sampling steps, S."),
        SettingRow(
            "timeDifference", \.timeDifference, .integer(in: 0...1000),
            "Asymmetric time interval td, in sampling steps; 0 turns it off."),
        SettingRow(
            "estimate", \.estimate, .choice,
            "Estimate of the clean mask (x0) at each step: expectation (mean), argmax (mode) or sample (draw; ancestral sampler only)."),
        SettingRow("sampler", \.sampler, .choice, "Reverse step: deterministic (ddim) or with fresh noise (ancestral)."),
        SettingRow(
            "trainingTimeRange", \.trainingTimeRange, .bounds(in: 0...0.999), "Interval from which training draws the diffusion time."),
        SettingRow(
            "ensembleSize", \.ensembleSize, .integer(in: 1...100), "Number of noise samples whose predictions are averaged."),
        SettingRow(
            "output", \.output, .choice,
            "Which probabilities are the prediction and the pseudo-labels: those of the last sampling step, or their mean over all steps."),
    ]
}

extension Configuration {
    /// The logit adjustment that removes the class prior from the prediction.
    public struct DebiasSettings: Equatable, Sendable {
        /// Where the adjustment is made.
        public var mode = DebiasedAdjustment.Mode.sampling
        /// The strength tau: 0 leaves the prediction, 1 removes the class prior completely.
        public var strength = 0.5
        /// How the adjustment is weighted over the diffusion time.
        public var timeWeight = DebiasedAdjustment.TimeWeight.constant
        /// Whose sampling is adjusted.
        public var appliesTo = DebiasedAdjustment.Scope.teacher
        /// To which class distribution the teacher's masks are adjusted.
        public var teacherTarget = TeacherTarget.uniform
        /// The largest adjustment of a logit before it is multiplied by the strength, in nats.
        public var maximumShift = 3.0

        /// To which class distribution the teacher's masks are adjusted.
        public enum TeacherTarget: String, Sendable, CaseIterable {
            /// From that of all targets to a uniform one.
            case uniform
            /// From that of its own labels to that of the labeled images.
            case labeled
        }

        /// The demonstration's adjustment.
        public init() {}
    }
}

extension Configuration.DebiasSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow(
            "mode", \.mode, .choice, "Where the logit adjustment applies: off, at each sampling step, or in the training loss."),
        SettingRow(
            "strength", \.strength, .real(in: 0...2),
            "Strength tau of the logit adjustment: 0 for none, 1 removes the class prior completely."),
        SettingRow(
            "timeWeight", \.timeWeight, .choice, "Weight of the adjustment over the diffusion time: 1 (constant) or the time itself."),
        SettingRow("appliesTo", \.appliesTo, .choice, "Whose sampling is adjusted in mode sampling."),
        SettingRow(
            "teacherTarget", \.teacherTarget, .choice,
            "Class distribution that the teacher's masks are adjusted to: a uniform one, or that of the labeled images."),
        SettingRow(
            "maximumShift", \.maximumShift, .real(in: 0...100),
            "Largest adjustment of a logit before it is multiplied by the strength, in nats."),
    ]
}

extension Configuration {
    /// How the teacher's predictions become pseudo-labels.
    public struct PseudoLabelSettings: Equatable, Sendable {
        /// The confidence threshold, in [0, 1].
        public var threshold = 0.95
        /// The fraction of each class's most confident pixels that is always kept, whatever the threshold (class-balanced
        /// self-training); nil for the method's own: 0.5 for DiffMatch, 0 for the baselines.
        public var classBalancedFraction: Double?
        /// Over which pixels the most confident ones of a class are told.
        public var classBalance = PseudoLabelRule.Balance.batch
        /// A folder of the unlabeled images' labels by a finished network; nil for a teacher that labels them in training.
        public var folder: String?
        /// The fraction of the steps over which the weight of the unlabeled losses ramps up.
        public var rampUp = 0.2
        /// The fraction of the steps, at the end, over which that weight ramps down to 0.
        public var rampDown = 0.0

        /// The demonstration's pseudo-labels.
        public init() {}
    }
}

extension Configuration.PseudoLabelSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow("threshold", \.threshold, .real(in: 0...1), "Confidence threshold of the pseudo-labels."),
        SettingRow(
            "classBalancedFraction", \.classBalancedFraction, .optional(.real(in: 0...1)),
            "Fraction of each class's most confident pixels that is always kept; null for 0.5 with diffmatch, 0 with the others."),
        SettingRow(
            "classBalance", \.classBalance, .choice,
            "Over which pixels the most confident ones are told: the batch's, or those of the last few hundred batches (dataset)."),
        SettingRow(
            "folder", \.folder, .optionalText,
            "Folder of masks that 'diffmatch label' wrote for the unlabeled images; null for a teacher that labels them in training."),
        SettingRow(
            "rampUp", \.rampUp, .real(in: 0...1),
            "Fraction of the steps over which the weight of the unlabeled losses ramps up; 0 for full weight from the start."),
        SettingRow(
            "rampDown", \.rampDown, .real(in: 0...1),
            "Fraction of the steps, at the end, over which that weight ramps down to 0; 0 for no ramp-down."),
    ]
}
