import Foundation
import Glibc

/// A program that runs, and is watched from here.
final class RunningProgram {
    /// The number of the process.
    let process: pid_t
    private let output: KeptOutput?, errors: KeptOutput?
    private let begin = ContinuousClock.now
    private var status: Int32?
    private var megabytes = 0.0
    private var processorSeconds = 0.0

    /// Starts a program.
    init(_ launch: Launch) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        output = try KeptOutput.add(launch.output, as: STDOUT_FILENO, to: &actions)
        errors = try KeptOutput.add(launch.errors, as: STDERR_FILENO, to: &actions)

        // Signals that the test runner ignores are not to be ignored by the program.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        // 0x80 is POSIX_SPAWN_SETSID, which Swift's view of glibc lacks.
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (launch.leadsSession ? 0x80 : 0)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        // A trap is a fault however it is reported, and a report of it takes seconds.
        let added = ["SWIFT_BACKTRACE": "enable=no"].merging(launch.environment) { $1 }
        let environment = ProcessInfo.processInfo.environment.merging(added) { $1 }
        let arguments = ([launch.program] + launch.arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var process = pid_t()
        let fault = posix_spawn(&process, launch.program, &actions, &attributes, arguments, variables)
        guard fault == 0 else { throw POSIXFailure(call: "start \(launch.program)", code: fault) }
        self.process = process
    }

    deinit {
        guard status == nil else { return }
        kill(process, SIGKILL)
        var ignored: Int32 = 0
        waitpid(process, &ignored, 0)
    }

    /// The time since the start, in seconds.
    var seconds: Double { (ContinuousClock.now - begin) / .seconds(1) }

    /// Whether the program still runs; also looks at its memory.
    var isRunning: Bool {
        guard status == nil else { return false }
        if let memory = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = memory.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        {
            megabytes = max(megabytes, kilobytes / 1024)
        }
        var raw: Int32 = 0
        var usage = rusage()
        guard wait4(process, &raw, WNOHANG, &usage) == process else { return true }
        status = raw
        processorSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        return false
    }

    /// Sends a signal to the program if it still runs.
    func send(_ signal: Int32) { if isRunning { kill(process, signal) } }

    /// Waits until a condition holds; false where the program ends, or the time passes, before it does.
    func wait(atMost seconds: Double = 60, until condition: () throws -> Bool) rethrows -> Bool {
        let end = self.seconds + seconds
        while try !condition() {
            guard isRunning, self.seconds < end else { return false }
            usleep(1000)
        }
        return true
    }

    /// Waits for the end; kills the program where it takes more than so many seconds from now.
    func wait(atMost seconds: Double = 600) -> Ending {
        let end = self.seconds + seconds
        var timedOut = false
        while isRunning {
            if self.seconds > end, !timedOut {
                timedOut = true
                kill(process, SIGKILL)
            }
            usleep(1000)
        }
        let raw = status ?? 0
        let signal = raw & 0x7f
        return Ending(
            status: signal == 0 ? (raw >> 8) & 0xff : nil, signal: signal == 0 ? nil : signal, timedOut: timedOut,
            seconds: self.seconds, processorSeconds: processorSeconds, megabytes: megabytes, output: output?.text ?? "",
            errors: errors?.text ?? "")
    }
}

/// A refusal of the system in the tests' own work.
struct POSIXFailure: Error, CustomStringConvertible {
    var call: String
    var code: Int32 = errno

    var description: String { "cannot \(call): \(String(cString: strerror(code)))" }

    /// Throws where a call returned -1.
    @discardableResult
    static func check(_ result: Int32, _ call: String) throws -> Int32 {
        if result < 0 { throw POSIXFailure(call: call) }
        return result
    }
}

/// A file without a name that takes what a program prints.
private final class KeptOutput {
    private let file: Int32

    private init() throws {
        var path = Array("\(NSTemporaryDirectory())/diffmatch-output-XXXXXX".utf8CString)
        file = try POSIXFailure.check(mkstemp(&path), "create a temporary file")
        // The program is to have it under its own number alone.
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        unlink(path)
    }

    deinit { close(file) }

    static func add(_ sink: Launch.Sink, as number: Int32, to actions: inout posix_spawn_file_actions_t) throws -> KeptOutput? {
        switch sink {
        case .kept:
            let output = try KeptOutput()
            posix_spawn_file_actions_adddup2(&actions, output.file, number)
            return output
        // A terminal becomes that of a session only if it can be read as well.
        case .path(let path): posix_spawn_file_actions_addopen(&actions, number, path, O_RDWR, 0)
        case .closed: posix_spawn_file_actions_addclose(&actions, number)
        }
        return nil
    }

    /// What was printed, to a megabyte.
    var text: String {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
