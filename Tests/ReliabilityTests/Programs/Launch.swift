import Foundation
import Glibc

/// A program that is to be started: its arguments, where its output goes, and what it may use.
struct Launch {
    /// Where an output goes.
    enum Sink {
        /// Kept, to be looked at.
        case kept
        /// Into a file or a device.
        case path(String)
        /// Nowhere: the descriptor is closed.
        case closed
    }

    /// The path of the program.
    var program = Launch.diffmatch
    /// The arguments after the program's name.
    var arguments: [String]
    /// What is added to the environment.
    var environment: [String: String] = [:]
    /// The standard output.
    var output = Sink.kept
    /// The standard error.
    var errors = Sink.kept
    /// Whether the program leads a session of its own; a terminal that it then opens is the session's.
    var leadsSession = false
    /// The limit of the address space, in megabytes; nil for none.
    var addressSpace: Int?
    /// The limit of a file's size, in kilobytes; nil for none.
    var fileSize: Int?

    /// The `diffmatch` program: that of `DIFFMATCH_PROGRAM`, or the one that was built beside these tests.
    static let diffmatch: String = {
        if let path = ProcessInfo.processInfo.environment["DIFFMATCH_PROGRAM"] { return path }
        let folder = Bundle.main.executableURL?.deletingLastPathComponent()
        return folder?.appending(path: "diffmatch").path ?? "diffmatch"
    }()

    /// `diffmatch` with arguments.
    static func diffmatch(_ arguments: String...) -> Launch { Launch(arguments: arguments) }

    /// A line for the shell; `"$@"` in it is this launch.
    func inShell(_ line: String) -> Launch {
        var launch = self
        launch.program = "/bin/bash"
        launch.arguments = ["-c", line, "bash", program] + arguments
        return launch
    }

    /// The launch as a user who owns nothing, if this one is the superuser, whom no permission stops.
    ///
    /// - Parameter scratch: A folder for a copy of the program, which that user may run.
    func asNobody(in scratch: String) throws -> Launch {
        guard geteuid() == 0 else { return self }
        let copy = "\(scratch)/program"
        try FileTree.copy(program, to: copy)
        chmod(copy, 0o755)
        chmod(scratch, 0o755)
        var launch = self
        launch.program = copy
        return launch.inShell(#"exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@""#)
    }

    /// The launch with its limits set by a shell, which the program replaces.
    private var limited: Launch {
        let limits = [addressSpace.map { "ulimit -v \($0 * 1024)" }, fileSize.map { "ulimit -f \($0)" }].compactMap { $0 }
        return limits.isEmpty ? self : inShell((limits + [#"exec "$@""#]).joined(separator: "; "))
    }

    /// Starts the program.
    func start() throws -> RunningProgram { try RunningProgram(limited) }

    /// Runs the program to its end, or kills it after so many seconds.
    func run(atMost seconds: Double = 600) throws -> Ending { try start().wait(atMost: seconds) }
}

/// How a program ended, and what it took.
struct Ending: CustomStringConvertible {
    /// The exit status; nil where a signal ended the program.
    let status: Int32?
    /// The signal that ended the program, if one did.
    let signal: Int32?
    /// Whether the program was killed because it took too long.
    let timedOut: Bool
    /// The time from start to end, in seconds.
    let seconds: Double
    /// The processor time that it took, in seconds; unlike the time it does not depend on what else runs.
    let processorSeconds: Double
    /// The largest resident memory that was seen, in megabytes.
    let megabytes: Double
    /// What went to the standard output, and to the standard error.
    let output: String, errors: String

    /// All that was said.
    var text: String { output + errors }

    /// The line that says why, or else the last one.
    var reason: String {
        let lines = (errors + "\n" + output).split(whereSeparator: \.isNewline)
        return String((lines.first { $0.contains("rror: ") || $0.hasPrefix("fault: ") } ?? lines.last ?? "nothing was said").prefix(300))
    }

    /// Whether the program ended by itself, with a status.
    var isOrderly: Bool { status != nil }

    var description: String {
        let how = timedOut ? "no end" : status.map { "status \($0)" } ?? "signal \(signal ?? 0)"
        return
            "\(how) after \(String(format: "%.2f s (%.2f s", seconds, processorSeconds)) of a processor) with \(Int(megabytes)) MB: \(reason)"
    }
}
