import Foundation

/// Shows a training's progress: on a terminal one line that is drawn anew, elsewhere a plain line now and then.
///
/// ```
/// diffmatch [########------------] 240/600  total 0.812  labeled 0.630  lr 6.6e-04  mIoU 58.3  3:10 left
/// ```
public struct ProgressBar {
    /// What stands before the bar, such as the method's name.
    public let title: String
    private let output: ProgressOutput
    private var start: (step: Int, time: Double)?
    private var lastDrawing: Double?

    /// The least seconds between two drawings: often enough for the eye, and for a log.
    private var interval: Double { output.isTerminal ? 0.1 : 15 }

    /// A bar that shows nothing yet.
    ///
    /// - Parameters:
    ///   - title: What stands before the bar.
    ///   - output: Where it is shown.
    public init(title: String, output: ProgressOutput = .standard) {
        self.title = title
        self.output = output
    }

    /// Shows a state of the training, unless another was shown just now.
    ///
    /// The time left is the time per step since the first state shown, times the steps that are left.
    public mutating func show(_ progress: TrainingProgress) {
        let now = output.seconds()
        let start = start ?? (progress.step, now)
        self.start = start
        if let lastDrawing, now - lastDrawing < interval, progress.step < progress.stepCount { return }
        lastDrawing = now
        let taken = progress.step - start.step
        let secondsLeft = taken > 0 ? (now - start.time) / Double(taken) * Double(progress.stepCount - progress.step) : nil
        draw(line(progress, secondsLeft: secondsLeft))
    }

    /// Shows how much of something that is counted is done, once that takes its time.
    ///
    /// - Parameters:
    ///   - count: The number that is done.
    ///   - total: The number in all.
    public mutating func show(count: Int, of total: Int) {
        let now = output.seconds()
        let start = start ?? (count, now)
        self.start = start
        guard now - (lastDrawing ?? start.time) >= interval else { return }
        lastDrawing = now
        draw("\(title) \(count)/\(total)")
    }

    /// Writes a message on a line of its own.
    public mutating func note(_ message: String) {
        output.write(output.isTerminal ? "\r\u{1B}[K\(message)\n" : "\(message)\n")
        lastDrawing = nil
    }

    /// Leaves the bar as it stands and goes to the next line.
    public mutating func finish() {
        if output.isTerminal, lastDrawing != nil { output.write("\n") }
        lastDrawing = nil
    }

    private func draw(_ line: String) {
        if output.isTerminal {
            // A line that wraps could not be drawn over.
            output.write("\r\(line.prefix(max(1, output.width() - 1)))\u{1B}[K")
        } else {
            output.write(line + "\n")
        }
    }

    private func line(_ progress: TrainingProgress, secondsLeft: Double?) -> String {
        var parts = ["\(progress.step)/\(progress.stepCount)"]
        parts += progress.losses.map { "\($0.name) \(String(format: "%.3f", $0.value))" }
        parts.append("lr \(String(format: "%.1e", progress.learningRate))")
        if let mIoU = progress.mIoU { parts.append("mIoU \(ComparisonTable.percent(mIoU))") }
        if let secondsLeft { parts.append("\(Self.clockTime(secondsLeft)) left") }
        return [title, bar(progress), parts.joined(separator: "  ")].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func bar(_ progress: TrainingProgress) -> String {
        guard output.isTerminal else { return "" }
        let width = 20
        let filled = min(width, width * progress.step / max(1, progress.stepCount))
        return "[\(String(repeating: "#", count: filled))\(String(repeating: "-", count: width - filled))]"
    }

    /// `1:02:03`, or `2:03` below an hour.
    private static func clockTime(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        let tail = String(format: hours > 0 ? "%02d:%02d" : "%d:%02d", minutes, whole % 60)
        return hours > 0 ? "\(hours):\(tail)" : tail
    }
}
