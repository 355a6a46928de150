import Foundation

/// Shows the progress of training: one line that is redrawn on a terminal, and a plain line now and then elsewhere.
///
/// ```
/// diffmatch [########------------] 240/600  total 0.812  labeled 0.630  lr 6.6e-04  mIoU 58.3  3:10 left
/// ```
public struct ProgressBar {
    /// The text before the bar, such as the method's name.
    public let title: String
    private let output: ProgressOutput
    private var start: (step: Int, time: Double)?
    private var lastDrawing: Double?

    /// The shortest time between two drawings, in seconds: often enough for the eye, and for a log.
    private var interval: Double { output.isTerminal ? 0.1 : 15 }

    /// A bar that shows nothing yet.
    ///
    /// - Parameters:
    ///   - title: The text before the bar.
    ///   - output: Where it is shown.
    public init(title: String, output: ProgressOutput = .standard) {
        self.title = title
        self.output = output
    }

    /// Shows where training stands, unless the bar was drawn a moment ago.
    ///
    /// The time left is the mean time per step since the first call, times the steps that are left.
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

    /// Shows a plain count, such as `training masks 1200/2975`, if the work takes longer than a moment.
    ///
    /// - Parameters:
    ///   - count: How many are done.
    ///   - total: How many there are.
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
            // A line that wraps could not be redrawn.
            output.write("\r\(line.prefix(max(1, output.width() - 1)))\u{1B}[K")
        } else {
            output.write(line + "\n")
        }
    }

    private func line(_ progress: TrainingProgress, secondsLeft: Double?) -> String {
        var parts = ["\(progress.step)/\(progress.stepCount)"]
        parts += progress.losses.map { "\($0.name) \(String(format: "%.3f", $0.value))" }
        parts.append("lr \(String(format: "%.1e", progress.learningRate))")
        if let mIoU = progress.mIoU { parts.append("mIoU \(percent(mIoU))") }
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

/// Where training stands.
public struct TrainingProgress: Sendable, Equatable {
    /// The number of steps taken.
    public var step: Int
    /// The number of steps of the whole run.
    public var stepCount: Int
    /// The terms of the loss by name, in the order in which they are shown.
    public var losses: [Loss]
    /// The learning rate of the last step.
    public var learningRate: Double
    /// The last mean intersection over union on the validation part, in 0...1; nil before the first evaluation.
    public var mIoU: Double?

    /// A term of the loss.
    public struct Loss: Sendable, Equatable {
        /// A short name.
        public var name: String
        /// Its value.
        public var value: Double

        /// A term of the loss.
        public init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// Where training stands after a step.
    public init(step: Int, stepCount: Int, losses: [Loss], learningRate: Double, mIoU: Double? = nil) {
        self.step = step
        self.stepCount = stepCount
        self.losses = losses
        self.learningRate = learningRate
        self.mIoU = mIoU
    }
}

/// Where progress is shown: the standard output, or a test's stand-in for it.
public struct ProgressOutput: Sendable {
    /// Whether a line can be redrawn.
    let isTerminal: Bool
    /// The number of characters in a line.
    let width: @Sendable () -> Int
    /// The time of a monotonic clock, in seconds.
    let seconds: @Sendable () -> Double
    /// Shows a text at once.
    let write: @Sendable (String) -> Void

    package init(
        isTerminal: Bool, width: @escaping @Sendable () -> Int, seconds: @escaping @Sendable () -> Double,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.width = width
        self.seconds = seconds
        self.write = write
    }

    /// The standard output, a terminal or not.
    public static var standard: ProgressOutput {
        let clock = ContinuousClock()
        let start = clock.now
        return ProgressOutput(
            isTerminal: isatty(STDOUT_FILENO) == 1, width: terminalWidth, seconds: { (clock.now - start) / .seconds(1) },
            write: { StandardStream.output.show($0) })
    }

    @Sendable private static func terminalWidth() -> Int {
        var size = winsize()
        let answered = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return answered && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
