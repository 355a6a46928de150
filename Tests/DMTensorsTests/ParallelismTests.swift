import DMTensors
import Synchronization
import Testing

@Suite(.serialized) struct ParallelismTests {
    @Test(arguments: [(0, 4), (1, 4), (4, 4), (5, 4), (1000, 7)]) func chunksCoverEverythingOnce(count: Int, size: Int) {
        let ranges = Mutex<[Range<Int>]>([])
        Parallelism.forEachChunk(of: count, size: size) { range in ranges.withLock { $0.append(range) } }
        let sorted = ranges.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
        #expect(sorted == stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) })
    }

    @Test func resultsAreEqualToTheLastBitForEveryThreadCount() {
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        Parallelism.threadCount = 1
        let expected = results()
        for count in [2, 3, 8] {
            Parallelism.threadCount = count
            #expect(results() == expected)
        }
        Parallelism.threadCount = 0
        #expect(Parallelism.threadCount == 1)
    }

    private func results() -> [Tensor<Float>] {
        var source = RandomSource(seed: 9)
        let x: Tensor<Float> = source.normal(shape: [3, 101, 103, 7])
        let y: Tensor<Float> = source.uniform(shape: [20_000, 31])
        return [
            x, y, x.exp(), x + x.mean(along: [1, 2], keepingAxes: true), Tensor(x.sum()), x.sum(along: [0, 1, 2]), x.sum(along: [0]),
            x.sum(along: [-1]), x.softmax(), x.transposed(permutation: [0, 3, 1, 2]), x.maximum(along: 1),
            matmul(y, y, transposingFirst: true),
            matmul(y, y.sliced(along: 0, from: 0, to: 31)),
        ]
    }
}
