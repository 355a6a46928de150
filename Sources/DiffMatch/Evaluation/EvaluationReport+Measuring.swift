public import DMDatasets

extension EvaluationReport {
    /// The report on a state's averaged weights.
    ///
    /// - Parameters:
    ///   - state: A training at some moment.
    ///   - configuration: Its settings.
    ///   - data: The images.
    ///   - part: What it is measured on.
    /// - Throws: What keeps a sample from being read.
    public init(
        of state: TrainingState, _ configuration: Configuration, on data: ExperimentData, part: DatasetPart
    ) throws {
        let evaluation = try Evaluation(
            of: Trainer(configuration: configuration).predictor(of: state), on: data, part: part, everyStep: true)
        self.init(
            configuration: configuration, seconds: state.seconds, matrix: evaluation.prediction,
            classNames: data.dataset.classNames, shares: data.shares)
        steps = state.step
        samplingSteps = evaluation.samplingSteps.map(\.mIoU)
    }
}
