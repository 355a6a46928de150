import DMTensors
import Synchronization
import Testing

/// Expects that `compute` gives the same elements again and again, while threads share its chunks in other ways.
func expectSameBits(_ compute: () -> [Tensor<Float>], sourceLocation: SourceLocation = #_sourceLocation) {
    // One test at a time changes the number of threads and puts it back.
    turn.withLock { _ in
        let threads = Parallelism.threadCount
        defer { Parallelism.defaultThreadCount = threads }
        Parallelism.defaultThreadCount = 1
        let expected = compute()
        for threadCount in [2, 3, 7] {
            Parallelism.defaultThreadCount = threadCount
            #expect(compute() == expected, "\(threadCount) threads", sourceLocation: sourceLocation)
        }
    }
}

private let turn = Mutex<Void>(())
