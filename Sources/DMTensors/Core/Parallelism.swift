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
    /// How many threads share a computation; the number of processors unless set. At least 1.
    public static var threadCount: Int {
        get { sharedThreadCount.load(ordering: .relaxed) }
        set { sharedThreadCount.store(max(1, newValue), ordering: .relaxed) }
    }

    /// The number of elements of simple work that is worth a thread's while.
    package static let grain = 32768

    /// Calls `body` with ranges of at most `size` that together make up `0 ..< count`.
    ///
    /// - Parameters:
    ///   - count: How many pieces of work there are.
    ///   - size: The length of each range but the last, at least 1.
    ///   - body: Runs on several threads at once, in any order; ranges do not overlap.
    public static func forEachChunk(of count: Int, size: Int, _ body: (Range<Int>) -> Void) {
        require(size > 0, "a chunk has at least one element, not \(size)")
        let chunkCount = (count + size - 1) / size
        let workers = min(chunkCount, threadCount)
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
