import Foundation

/// Where progress is shown: the standard output, or a test's stand-in for it.
public struct ProgressOutput: Sendable {
    /// Whether a line can be drawn over.
    let isTerminal: Bool
    /// The number of characters in a line.
    let width: @Sendable () -> Int
    /// The time by a clock that never goes back.
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
            write: { FileHandle.standardOutput.write(Data($0.utf8)) })
    }

    @Sendable private static func terminalWidth() -> Int {
        var size = winsize()
        let answered = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return answered && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
