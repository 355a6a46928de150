import Dispatch

/// Work in fixed chunks.
public enum Parallelism {
    /// Calls `body` with consecutive ranges of `size` that cover `0 ..< count`, on several threads.
    public static func forEachChunk(of count: Int, size: Int, _ body: (Range<Int>) -> Void) {
        let chunks = (count + size - 1) / size
        if chunks <= 1 {
            if count > 0 { body(0..<count) }
            return
        }
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: chunks) { body($0 * size..<min(count, ($0 + 1) * size)) }
    }
}
