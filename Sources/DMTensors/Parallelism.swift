import Dispatch

/// How kernels share their work among threads.
public enum Parallelism {
    /// Calls `body` for each chunk of `size` of the indices `0 ..< count`, chunks side by side.
    ///
    /// The chunks do not depend on the number of threads.
    public static func forEachChunk(of count: Int, size: Int, _ body: (Range<Int>) -> Void) {
        let chunks = (count + size - 1) / size
        guard chunks > 1 else {
            if count > 0 { body(0..<count) }
            return
        }
        withoutActuallyEscaping(body) { body in
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: chunks) { i in body(i * size..<min(count, (i + 1) * size)) }
        }
    }
}
