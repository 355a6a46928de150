import CDMOpenBLAS
import Foundation
import Synchronization

/// The one owner of the library's threads.
///
/// Work is cut into chunks whose size does not depend on the number of threads; threads claim them
/// as they become free. What several chunks add up is kept per chunk and added in their order, so
/// results are equal to the last bit whatever the number of threads. OpenBLAS is held to one thread:
/// products are split here as well.
public enum Parallelism {
    /// How many threads share a computation that starts here: that of the enclosing ``withThreadCount(_:_:)``, else
    /// ``defaultThreadCount``.
    public static var threadCount: Int {
        // Read first, since with it OpenBLAS is held to one thread.
        let shared = defaultThreadCount
        return scopedThreadCount ?? shared
    }

    /// How many threads share a computation of this process, outside of ``withThreadCount(_:_:)``; the number of
    /// processors unless set. At least 1.
    public static var defaultThreadCount: Int {
        get { sharedThreadCount.load(ordering: .relaxed) }
        set { sharedThreadCount.store(max(1, newValue), ordering: .relaxed) }
    }

    @TaskLocal static var scopedThreadCount: Int?

    /// Calls `body` with another number of threads for the computations in it.
    ///
    /// ```swift
    /// let y = Parallelism.withThreadCount(1) { convolution2D(x, w) }
    /// ```
    ///
    /// Others that compute meanwhile keep theirs. It is a task-local value: tasks that `body` starts inherit it,
    /// threads that it starts do not.
    ///
    /// - Parameters:
    ///   - count: How many threads; less than 1 counts as 1.
    ///   - body: What is computed.
    public static func withThreadCount<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
        try $scopedThreadCount.withValue(max(1, count), operation: body)
    }

    /// Calls `body` with ranges of at most `size` that together make up `0 ..< count`.
    ///
    /// What ``withThreadCount(_:_:)`` and ``ConvolutionPrecision/withExact(_:_:)`` have set around the call holds in
    /// `body` too.
    ///
    /// - Parameters:
    ///   - count: How many pieces of work there are.
    ///   - size: The length of each range but the last, at least 1.
    ///   - body: Runs on several threads at once, in any order; ranges do not overlap.
    public static func forEachChunk(of count: Int, size: Int, _ body: @Sendable (Range<Int>) -> Void) {
        let (threads, isExact) = (scopedThreadCount, ConvolutionPrecision.scopedIsExact)
        guard threads != nil || isExact != nil else { return forEachUncheckedChunk(of: count, size: size, body) }
        // Threads of the pool do not inherit what is set for a task.
        forEachUncheckedChunk(of: count, size: size) { chunk in
            $scopedThreadCount.withValue(threads) {
                ConvolutionPrecision.$scopedIsExact.withValue(isExact) { body(chunk) }
            }
        }
    }
}

extension Parallelism {
    /// The number of elements of simple work that is worth a thread's while.
    static let grain = 32768

    /// As `forEachChunk`, for the library's kernels: pointers and C functions are not `Sendable`, so nothing checks that
    /// what `body` shares is read only, or written by each chunk in a place of its own.
    static func forEachUncheckedChunk(of count: Int, size: Int, _ body: (Range<Int>) -> Void) {
        require(size > 0, "a chunk has at least one element, not \(size)")
        let workers = min(count.dividedUp(by: size), threadCount)
        guard workers > 1 else {
            for start in stride(from: 0, to: count, by: size) { body(start..<min(start + size, count)) }
            return
        }
        WorkerPool.shared.forEachChunk(of: count, size: size, workers: workers - 1, body)
    }
}

private let sharedThreadCount: Atomic<Int> = {
    openblas_set_num_threads(1)
    return Atomic(ProcessInfo.processInfo.activeProcessorCount)
}()

extension Int {
    /// The quotient, rounded up, of two numbers that are not negative.
    func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
