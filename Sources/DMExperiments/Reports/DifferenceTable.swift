import DiffMatch

/// How far each experiment is from another one, run by run: paired differences.
///
/// Runs of the same partition and seed have drawn the same luck, so that their difference varies less than they do. A difference
/// below twice its standard error is no difference that a reader should believe.
///
/// ```
/// run         runs  mIoU  tail  mIoU to diffmatch  tail to diffmatch
/// supervised     6  52.9  15.7      -2.4 +- 0.8        -7.9 +- 1.4
/// ```
public struct DifferenceTable: Sendable, CustomStringConvertible {
    /// The table's rows of cells, the heading first.
    public let rows: [[String]]

    /// The differences of all experiments to one of them.
    ///
    /// - Parameters:
    ///   - runs: The runs; those of an experiment have the same name up to `-SEED` or `-pPARTITIONsSEED`.
    ///   - reference: The name of the experiment that the others are compared with.
    /// - Throws: ``ReportError/noSuchRun(name:found:)`` where none has this name.
    public init(of runs: FinishedRuns, to reference: String) throws {
        let experiments = runs.experiments
        guard let others = experiments.first(where: { $0.title == reference })?.runs else {
            throw ReportError.noSuchRun(name: reference, found: experiments.map(\.title))
        }
        let measures = [\EvaluationReport.mIoU, \.tailMean]
        let lines = experiments.map { title, runs in
            [title, "\(runs.count)"]
                + measures.map { measure in percent(runs.map { $0.report[keyPath: measure] }.meanOfPresent) }
                + measures.map { measure in
                    title == reference ? "" : PairedDifference(runs, others) { $0[keyPath: measure] }?.description ?? "-"
                }
        }
        rows = [["run", "runs", "mIoU", "tail", "mIoU to \(reference)", "tail to \(reference)"]] + lines
    }

    /// The table with its columns aligned.
    public var description: String { TextTable.ruled(rows) }
}

/// The mean of the differences between runs that belong together, and its standard error.
struct PairedDifference: CustomStringConvertible {
    /// The mean difference.
    let mean: Double
    /// Its standard error: the standard deviation of the differences over the root of their number; nil for a single pair.
    let standardError: Double?

    /// The differences of runs with the same repetition; nil where there are none.
    init?(
        _ runs: [FinishedRuns.Measured], _ others: [FinishedRuns.Measured], _ measure: (EvaluationReport) -> Double?
    ) {
        let differences = runs.compactMap { run -> Double? in
            guard let other = others.first(where: { $0.repetition == run.repetition }), let value = measure(run.report),
                let otherValue = measure(other.report)
            else { return nil }
            return value - otherValue
        }
        guard let mean = differences.mean else { return nil }
        self.mean = mean
        standardError = differences.standardDeviation.map { $0 / Double(differences.count).squareRoot() }
    }

    /// In points, such as `-2.4 +- 0.8`.
    var description: String { Self.points(mean) + (standardError.map { " +- \(percent($0))" } ?? "") }

    private static func points(_ fraction: Double) -> String { (fraction < 0 ? "-" : "") + percent(abs(fraction)) }
}
