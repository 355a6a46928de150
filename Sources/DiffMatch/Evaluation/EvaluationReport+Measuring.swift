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
            of: Trainer(configuration: configuration).predictor(of: state), on: data, part: part,
            view: configuration.evaluationView, scale: configuration.evaluation.scale,
            batchSize: configuration.evaluation.batchSize, everyStep: true)
        self.init(
            configuration: configuration, seconds: state.seconds, matrix: evaluation.prediction,
            classNames: data.dataset.classNames, shares: data.shares)
        steps = state.step
        samplingSteps = evaluation.samplingSteps.map(\.mIoU)
        calibration = evaluation.calibration
        self.part = part
        partition = data.partitionSource
        skippedFiles = data.skipped.map(\.path)
    }
}

extension EvaluationReport {
    /// The report on predictions that lie in files.
    ///
    /// - Parameters:
    ///   - folder: The folder of the predictions.
    ///   - configuration: Its data set is what they are compared with.
    ///   - part: The part that they are of; nil for the test part, or the validation part of a data set without one.
    /// - Throws: `DatasetErrors` with all predictions that are missing or at fault, and what keeps a sample from being read.
    public init(predictionsIn folder: String, _ configuration: Configuration, part: DatasetPart? = nil) throws {
        let dataset = try configuration.makeDataset()
        let part = part ?? (dataset.samples(of: .test).count > 0 ? .test : .validation)
        let matrix = try PredictedMasks(in: folder, of: dataset).confusionMatrix(on: part, of: dataset)
        let training = try TrainingPart(
            dataset.samples(of: .training), classCount: dataset.classNames.count, skippingInto: FaultLog { _ in })
        self.init(
            configuration: configuration, seconds: 0, matrix: matrix, classNames: dataset.classNames, shares: training.shares)
        (method, steps, self.part) = (nil, 0, part)
    }
}
