public import DMFormats
import Foundation
import Synchronization

/// The standard output and the standard error of the program, which may be closed, full or gone.
///
/// Progress and warnings are shown if they can be: no training ends because nobody listens. A report is written, or an
/// error says that it was not.
public enum StandardStream: Sendable {
    /// Where results and progress go.
    case output
    /// Where warnings and errors go.
    case error

    private var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }
    private var name: String { self == .output ? "standard output" : "standard error" }

    /// Shows a text, or does nothing where that fails.
    public func show(_ text: String) { _ = send(text) }

    /// Writes a text.
    ///
    /// - Throws: `FileError` where the system refuses.
    public func write(_ text: String) throws(FileError) {
        if let code = send(text) { throw FileError(operation: "write", path: name, reason: String(cString: strerror(code))) }
    }

    /// Hands all bytes to the system; the code of what failed, or nil.
    private func send(_ text: String) -> Int32? {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count >= 0 {
                    written += count
                } else if errno == EAGAIN {
                    // A terminal or pipe that others have made non-blocking is waited for, though not for ever.
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    if poll(&wanted, 1, 5_000) == 0 { return EAGAIN }
                } else if errno != EINTR {
                    return errno
                }
            }
            return nil
        }
    }

    /// Makes the program's streams safe to use; called first.
    ///
    /// A stream that is closed is opened on nothing: the next file that the program opens would take its place, and
    /// progress would go into it. Writing more than a limit of the shell allows (`ulimit -f`) becomes an error.
    public static func prepare() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            // For reading: writing to it is an error, as it is to a closed one.
            if open("/dev/null", O_RDONLY) != descriptor { return }
        }
        signal(SIGXFSZ, SIG_IGN)
    }
}

/// Signals that ask the program to end: TERM, as of a job system; INT, Ctrl-C; HUP, a closed terminal.
///
/// While they are watched, the first one is remembered, so that a training can save what it has; a second one ends the
/// program at once. What was ignored before, as HUP is under `nohup`, stays ignored.
///
/// ```swift
/// try Run(resuming: "runs/demo").train(stopsOnSignals: true)
/// ```
public enum StopSignals {
    // Made before any handler can ask for it: a handler must not wait for it to be made.
    private static let first = Atomic<Int32>(0)

    /// The number of the signal that came, such as 15 for TERM; nil for none.
    public static var received: Int32? {
        let number = first.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// The name of the signal of a number, such as `SIGTERM`.
    public static func name(of number: Int32) -> String {
        switch number {
        case SIGHUP: "SIGHUP"
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        default: "signal \(number)"
        }
    }

    /// Watches while `body` runs. A pipe that nobody reads any more is an error from then on, and not the program's end.
    public static func watched<Result>(_ body: () throws -> Result) rethrows -> Result {
        first.store(0, ordering: .relaxed)
        signal(SIGPIPE, SIG_IGN)
        let former = [SIGHUP, SIGINT, SIGTERM].map { number in
            (
                number: number,
                handler: signal(number) { number in
                    if StopSignals.first.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
                }
            )
        }
        for (number, handler) in former where isIgnored(handler) { signal(number, SIG_IGN) }
        defer { for (number, handler) in former { signal(number, handler) } }
        return try body()
    }

    private static func isIgnored(_ handler: sighandler_t?) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
