import Foundation

/// What one process measured.
struct Measurement: Encodable {
    /// The number of compute threads.
    var threads: Int
    /// The time of every repetition, in seconds, by what was timed.
    var seconds: [String: [Double]] = [:]
    /// The same in processor time of all threads, which other programs disturb less.
    var processorSeconds: [String: [Double]] = [:]
    /// Numbers that are learned.
    var parameters: Int?
    /// The most memory that the process ever held, in bytes, and what of it the program alone takes.
    var resident = 0, residentBefore: Int
    /// The most memory that tensors occupied at once, in bytes.
    var tensors = 0

    init(threads: Int, residentBefore: Int) {
        self.threads = threads
        self.residentBefore = residentBefore
    }

    /// Prints the measurement as one line of JSON.
    func printLine() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        print(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}

extension Measurement {
    /// Times work several times over, after once that does not count.
    mutating func time(_ name: String, repetitions: Int, _ work: () throws -> Void) rethrows {
        try work()
        let clock = ContinuousClock()
        for _ in 0..<repetitions {
            let before = processorSecondsSoFar()
            let taken = try clock.measure(work)
            seconds[name, default: []].append(taken / .seconds(1))
            processorSeconds[name, default: []].append(processorSecondsSoFar() - before)
        }
    }
}

/// The processor time of this process, all threads added up.
private func processorSecondsSoFar() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// The most memory that this process ever held, in bytes.
func residentPeak() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
}

/// Takes a result, so that nothing that leads to it can be left out.
@inline(never)
func consume<Value>(_ value: Value) {}
