import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DMTestSupport
import DiffMatch
import Testing

/// A report on three classes, of which the training part shows 600, 300 and 100 pixels.
private func report(_ predictions: [Int32], confidence: Float = 0.75, mIoU: Double? = nil) -> EvaluationReport {
    let truth = Tensor<Int32>([0, 0, 0, 0, 0, 1, 1, 1, 2, 2], shape: [1, 1, 10])
    var matrix = ConfusionMatrix(classCount: 3)
    matrix.add(predictions: Tensor(predictions), truth: Tensor(truth.scalars))
    var report = EvaluationReport(
        configuration: Configuration(), seconds: 1, matrix: matrix, classNames: ["sky", "road", "sign"],
        shares: ClassShares(pixelCounts: [600, 300, 100]))
    let rest = (1 - confidence) / 2
    let probabilities = predictions.flatMap { label in (0..<3).map { Int32($0) == label ? confidence : rest } }
    var calibration = Calibration()
    calibration.add(probabilities: Tensor(probabilities, shape: [1, 1, 10, 3]), truth: truth)
    report.calibration = calibration
    if let mIoU { report.mIoU = mIoU }
    return report
}

@Suite struct ReportPlotsTests {
    private let perfect: [Int32] = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]
    /// The rarest class is given to the most frequent one.
    private let swallowed: [Int32] = [0, 0, 0, 0, 0, 1, 1, 1, 0, 0]

    private func points(_ plot: LinePlot?, _ line: Int, digits: Int = 0) throws -> [[Double]] {
        let unit = [1.0, 10, 100][digits]
        return try #require(plot).series[line].points.map { point in [point.x, point.y].map { ($0 * unit).rounded() / unit } }
    }

    @Test func rareClassesStandToTheLeft() throws {
        let plots = ReportPlots([("seeds", [report(perfect), report(swallowed)]), ("one", [report(swallowed)])])
        #expect(plots.frequency.series.map(\.label) == ["seeds", "one"])
        #expect(try points(plots.frequency, 0) == [[10, 50], [30, 100], [60, 86]], "5/7 and 1, 0 and 1")
        #expect(try points(plots.frequency, 1) == [[10, 0], [30, 100], [60, 71]])
    }

    @Test func whatIsGivenIsToldOfWhatIsTrue() throws {
        let plots = ReportPlots([("one", [report(swallowed)]), ("seeds", [report(perfect), report(swallowed)])])
        #expect(try points(plots.shares, 0) == [[10, 0], [30, 100], [60, 140]])
        #expect(try points(plots.shares, 1) == [[10, 50], [30, 100], [60, 120]])
        #expect(try points(plots.shares, 2) == [[10, 100], [60, 100]], "the line of equal shares")
    }

    @Test func calibrationsOfSeedsAddUp() throws {
        let plots = ReportPlots([("two", [report(perfect), report(swallowed)]), ("sure", [report(perfect, confidence: 0.95)])])
        #expect(try points(plots.calibration, 0) == [[75, 90]])
        #expect(try points(plots.calibration, 1) == [[95, 100]])
    }

    @Test func whatIsUnknownIsNotDrawn() throws {
        var bare = report(perfect)
        (bare.confusion, bare.calibration) = (nil, nil)
        let plots = ReportPlots([("bare", [bare])])
        #expect(plots.shares == nil && plots.calibration == nil)
        try withTemporaryFolder { folder in
            let written = try plots.write(to: "\(folder)/new")
            #expect(written == ["\(folder)/new/frequency.png"])
        }
    }

    /// A finished run of some settings, of which only the mean is looked at.
    private func write(_ run: String, _ assignments: String..., mIoU: Double) throws -> String {
        var configuration = Configuration()
        try configuration.set(assignments)
        try FileFolder.create(at: run)
        try AtomicFile.write(configuration.yaml, to: "\(run)/config.yaml")
        try report(swallowed, mIoU: mIoU).write(to: "\(run)/metrics.json")
        return run
    }

    private func plot(_ key: String, _ runs: [String]) throws -> LinePlot { try SettingPlot(of: key, runs: FinishedRuns(runs)).plot }

    @Test func aSettingIsDrawnOverItsValues() throws {
        try withTemporaryFolder { folder in
            let runs = [
                try write("\(folder)/half-1", "debias.strength=0.5", mIoU: 0.5),
                try write("\(folder)/quarter", "debias.strength=0.25", mIoU: 0.25),
                try write("\(folder)/half-2", "debias.strength=0.5", mIoU: 0.75),
                try write("\(folder)/whole", "debias.strength=1", "debias.mode=training", mIoU: 0.125),
            ]
            let prefixes = ["diffmatch sampling", "diffmatch training"]
            let plot = try plot("debias.strength", runs)
            #expect(plot.series.map(\.label) == prefixes.flatMap { ["\($0) mIoU", "\($0) tail mean"] })
            #expect(try points(plot, 0, digits: 2) == [[0.25, 25], [0.5, 62.5]])
            #expect(try points(plot, 1, digits: 2) == [[0.25, 0], [0.5, 0]])
            #expect(try points(plot, 2, digits: 2) == [[1, 12.5]])
            #expect(plot.xScale == .linear && plot.xNames == nil)
            let written = try SettingPlot(of: "debias.strength", runs: FinishedRuns(runs)).write(to: folder)
            #expect(written == "\(folder)/debias.strength.png")
            #expect(throws: ConfigurationError.self) { try self.plot("debias.strenght", runs) }
        }
    }

    @Test func valuesThatAreNoNumbersStandSideBySide() throws {
        try withTemporaryFolder { folder in
            let runs = [
                try write("\(folder)/late-1", "diffusion.trainingTimeRange=[0.5, 0.75]", mIoU: 0.5),
                try write("\(folder)/all", "diffusion.trainingTimeRange=[0, 0.75]", mIoU: 0.25),
                try write("\(folder)/late-2", "diffusion.trainingTimeRange=[0.5, 0.75]", mIoU: 0.75),
            ]
            let plot = try plot("diffusion.trainingTimeRange", runs)
            #expect(plot.xNames == ["[0.5, 0.75]", "[0, 0.75]"])
            #expect(try points(plot, 0, digits: 2) == [[0, 62.5], [1, 25]])
        }
    }

    @Test func valuesThatGrowByFactorsAreFarApart() throws {
        try withTemporaryFolder { folder in
            let runs = try ["0.01", "0.1", "1"].map { try write("\(folder)/\($0)", "diffusion.scale=\($0)", mIoU: 0.5) }
            #expect(try plot("diffusion.scale", runs).xScale == .logarithmic)
            #expect(try plot("diffusion.scale", runs).yScale == .linear)
        }
    }

    @Test func whatWasChangedAfterTrainingCounts() throws {
        try withTemporaryFolder { folder in
            let run = try write("\(folder)/run", "diffusion.samplingSteps=3", mIoU: 0.75)
            var changed = report(swallowed, mIoU: 0.5)
            changed.changedSettings = ["diffusion.samplingSteps": "1"]
            try changed.write(to: "\(run)/one-step.json")
            let plot = try plot("diffusion.samplingSteps", [run, "\(run)/one-step.json"])
            #expect(try points(plot, 0) == [[1, 50], [3, 75]])
        }
    }
}
