import DMDatasets
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

    private func points(_ plot: LinePlot?, _ line: Int) throws -> [[Double]] {
        try #require(plot).series[line].points.map { [$0.x.rounded(), $0.y.rounded()] }
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

    @Test func aSettingIsDrawnOverItsValues() throws {
        try withTemporaryFolder { folder in
            func write(_ name: String, _ assignments: String..., mIoU: Double) throws -> String {
                var configuration = Configuration()
                try configuration.set(assignments)
                let run = "\(folder)/\(name)"
                try FileFolder.create(at: run)
                try AtomicFile.write(configuration.yaml, to: "\(run)/config.yaml")
                try report(swallowed, mIoU: mIoU).write(to: "\(run)/metrics.json")
                return run
            }
            let runs = [
                try write("half-1", "debias.strength=0.5", mIoU: 0.5), try write("quarter", "debias.strength=0.25", mIoU: 0.25),
                try write("half-2", "debias.strength=0.5", mIoU: 0.75),
                try write("whole", "debias.strength=1", "debias.mode=training", mIoU: 0.125),
            ]
            let prefixes = ["diffmatch sampling", "diffmatch training"]
            let plot = try SettingPlot(of: "debias.strength", runs: runs)
            let series = plot.plot.series
            #expect(series.map(\.label) == prefixes.flatMap { ["\($0) mIoU", "\($0) tail mean"] })
            #expect(series[0].points.map { [$0.x, $0.y] } == [[0.25, 25], [0.5, 62.5]])
            #expect(series[1].points.map { [$0.x, $0.y] } == [[0.25, 0], [0.5, 0]])
            #expect(series[2].points.map { [$0.x, $0.y] } == [[1, 12.5]])
            #expect(try plot.write(to: folder) == "\(folder)/debias.strength.png")
            #expect(throws: ConfigurationError.self) { try SettingPlot(of: "debias.strenght", runs: runs) }
            #expect(throws: ConfigurationError.self) { try SettingPlot(of: "debias.mode", runs: runs) }
        }
    }
}
