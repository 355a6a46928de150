import DMFormats

/// Measures of many runs in one file, a line for each, that outlives the runs' folders.
///
/// ```
/// run,measured,steps,seconds,mIoU,head,tail,sky,road,...
/// share,,,,,,,0.351,0.317,...
/// diffmatch-p1s1,val,2000,402.1,0.553,0.831,0.236,0.924,0.933,...
/// ```
///
/// All measures are fractions of 1; those of absent classes are empty. The first line has the classes in the order of the
/// labels, the second the share of each in the training pixels.
struct MeasurementTable {
    /// The runs, in the order of the lines.
    let runs: [FinishedRuns.Measured]

    private static let columns = ["run", "measured", "steps", "seconds", "mIoU", "head", "tail"]

    /// A table of these runs; of two with the same title the later one.
    init(_ runs: FinishedRuns) {
        var places: [String: Int] = [:]
        var kept: [FinishedRuns.Measured] = []
        for run in runs.all {
            if let place = places[run.title] {
                kept[place] = run
            } else {
                places[run.title] = kept.count
                kept.append(run)
            }
        }
        self.runs = kept
    }

    /// Reads a table.
    ///
    /// - Throws: `FileError` where the file cannot be read, ``ReportError/malformed(path:reason:)`` with the line where it is no
    ///   table of measures.
    init(path: String) throws {
        let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { Self.cells(String($0)) }
        func fault(_ line: Int, _ reason: String) -> ReportError {
            ReportError.malformed(path: path, reason: "line \(line + 1): \(reason)")
        }
        guard let heading = lines.first, heading.starts(with: Self.columns), heading.count > Self.columns.count else {
            throw fault(0, "expected the columns \(Self.columns.joined(separator: ",")) and one for each class")
        }
        let names = heading.dropFirst(Self.columns.count)
        func fractions(_ line: Int, _ cells: ArraySlice<String>) throws -> [Double?] {
            try cells.map { cell in
                guard !cell.isEmpty else { return nil }
                guard let value = Double(cell), (0...1).contains(value) else {
                    throw fault(line, "'\(shortened(cell))' is no fraction of 1")
                }
                return value
            }
        }
        for (line, cells) in lines.enumerated() where cells.count != heading.count {
            throw fault(line, "\(cells.count) cells where the first line has \(heading.count)")
        }
        guard lines.count > 1, lines[1][0] == "share" else { throw fault(1, "expected the classes' shares of the training pixels") }
        let shares = try fractions(1, lines[1].dropFirst(Self.columns.count)).map { $0 ?? 0 }
        runs = try lines.enumerated().dropFirst(2).map { line, cells in
            guard let steps = Int(cells[2]), steps >= 0, let seconds = Double(cells[3]), (0...3e9).contains(seconds) else {
                throw fault(line, "'\(shortened(cells[2])),\(shortened(cells[3]))' are no steps and seconds")
            }
            let means = try fractions(line, cells[4..<7])
            let measures = try fractions(line, cells.dropFirst(Self.columns.count))
            let report = EvaluationReport(
                steps: steps, seconds: seconds, mIoU: means[0], headMean: means[1], tailMean: means[2],
                classes: zip(names, zip(shares, measures)).map { .init(name: $0, share: $1.0, iou: $1.1) })
            return FinishedRuns.Measured(folder: cells[0], file: cells[1].isEmpty ? nil : cells[1], report: report)
        }
    }

    /// Writes the table as a whole or not at all.
    ///
    /// - Throws: `FileError` where the system refuses.
    func write(to path: String) throws {
        let classes = EvaluationReport.classes(of: runs.map(\.report))
        func text(_ value: Double?) -> String { value.map { "\(($0 * 1e5).rounded() / 1e5)" } ?? "" }
        let blank = [String](repeating: "", count: Self.columns.count - 1)
        var lines = [Self.columns + classes.map(\.name), ["share"] + blank + classes.map { text($0.share) }]
        lines += runs.map { run in
            let report = run.report
            return [run.name, run.file ?? "", "\(report.steps)", "\((10 * report.seconds).rounded() / 10)"]
                + [report.mIoU, report.headMean, report.tailMean].map(text)
                + report.classes.map { text($0.iou) }
        }
        try AtomicFile.write(lines.map { $0.map(Self.escaped).joined(separator: ",") + "\n" }.joined(), to: path)
    }

    /// A cell as RFC 4180 has it: in quotation marks where it holds a comma, a quotation mark or the end of a line.
    private static func escaped(_ cell: String) -> String {
        let needsMarks = cell.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        return needsMarks ? "\"" + cell.replacing("\"", with: "\"\"").replacing(/\R/, with: " ") + "\"" : cell
    }

    /// The cells of a line; two quotation marks inside of a quoted cell are one.
    private static func cells(_ line: String) -> [String] {
        var cells = [""]
        var (isQuoted, endsQuote) = (false, false)
        for character in line {
            defer { endsQuote = character == "\"" && !isQuoted }
            switch character {
            case "\"":
                if endsQuote { cells[cells.count - 1].append(character) }
                isQuoted.toggle()
            case "," where !isQuoted: cells.append("")
            default: cells[cells.count - 1].append(character)
            }
        }
        return cells
    }
}
