import CDMKernels
import Foundation
import Synchronization

/// Threads that wait for chunks of work, and share them with the thread that brings them.
///
/// A training step has thousands of short pieces of work. A thread that sleeps takes 20 microseconds to wake, as long
/// as many a piece lasts, so a worker that has run out of work looks for more for a while before it sleeps.
///
/// What is not atomic here is written by the one thread that holds `isTaken`, before `opened` tells the workers of it:
/// this is what makes the conformance sound.
final class WorkerPool: @unchecked Sendable {
    /// The pool of the process.
    static let shared = WorkerPool()

    /// How often a worker looks for work before it sleeps: for some 50 microseconds.
    private static let looks = 2000

    private struct Job {
        var count = 0
        var size = 1
        /// Workers numbered below this take part.
        var workers = 0
        var body: (Range<Int>) -> Void = { _ in }
    }

    private var job = Job()
    private var threadCount = 0
    private var jobsSoFar = 0
    /// Whether some thread has brought a job that is not done.
    private let isTaken = Atomic(false)
    /// The number of the job that workers may join; 0 for none.
    private let opened = Atomic(0)
    /// The workers that are looking at the job, or work on it.
    private let present = Atomic(0)
    /// The chunks that somebody has claimed.
    private let claimed = Atomic(0)
    /// The workers that sleep, or are about to.
    private let sleeping = Atomic(0)
    private let condition = NSCondition()

    /// Calls `body` for all chunks, together with up to `workers` threads of the pool.
    ///
    /// While another thread's job is under way, and inside of one, the calling thread does all by itself.
    func forEachChunk(of count: Int, size: Int, workers: Int, _ body: (Range<Int>) -> Void) {
        guard isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            for start in stride(from: 0, to: count, by: size) { body(start..<min(start + size, count)) }
            return
        }
        withoutActuallyEscaping(body) { body in
            job = Job(count: count, size: size, workers: workers, body: body)
            while threadCount < workers { startThread() }
            claimed.store(0, ordering: .relaxed)
            jobsSoFar += 1
            opened.store(jobsSoFar, ordering: .sequentiallyConsistent)
            if sleeping.load(ordering: .sequentiallyConsistent) > 0 {
                condition.lock()
                condition.broadcast()
                condition.unlock()
            }
            work()
            // A worker counts itself as present before it looks whether the job is open: once this is closed and nobody
            // is present, nobody can come any more.
            opened.store(0, ordering: .sequentiallyConsistent)
            while present.load(ordering: .sequentiallyConsistent) > 0 { dm_relax() }
            job.body = { _ in }
        }
        isTaken.store(false, ordering: .releasing)
    }

    private func work() {
        while true {
            let start = claimed.wrappingAdd(1, ordering: .relaxed).oldValue * job.size
            guard start < job.count else { return }
            job.body(start..<min(start + job.size, job.count))
        }
    }

    private func startThread() {
        let number = threadCount
        threadCount += 1
        let thread = Thread { [unowned self] in serve(as: number) }
        thread.name = "tensors-\(number + 1)"
        // Kernels keep up to 130 KB of working memory on the stack.
        thread.stackSize = 8 << 20
        thread.start()
    }

    private func serve(as number: Int) {
        var done = 0
        while true {
            let next = awaitJob(after: done)
            present.wrappingAdd(1, ordering: .sequentiallyConsistent)
            if opened.load(ordering: .sequentiallyConsistent) == next, number < job.workers { work() }
            present.wrappingSubtract(1, ordering: .sequentiallyConsistent)
            done = next
        }
    }

    /// The number of an open job other than the last.
    private func awaitJob(after last: Int) -> Int {
        for _ in 0..<Self.looks {
            let number = opened.load(ordering: .acquiring)
            if number != 0, number != last { return number }
            dm_relax()
        }
        condition.lock()
        defer { condition.unlock() }
        sleeping.wrappingAdd(1, ordering: .sequentiallyConsistent)
        defer { sleeping.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
        while true {
            let number = opened.load(ordering: .sequentiallyConsistent)
            if number != 0, number != last { return number }
            condition.wait()
        }
    }
}
