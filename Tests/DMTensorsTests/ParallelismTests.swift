import DMTensors
import Synchronization
import Testing

@Suite struct ParallelismTests {
    @Test(arguments: [(0, 4), (1, 4), (4, 4), (5, 4), (1000, 7)]) func chunksCoverEverythingOnce(count: Int, size: Int) {
        let ranges = Mutex<[Range<Int>]>([])
        Parallelism.forEachChunk(of: count, size: size) { range in ranges.withLock { $0.append(range) } }
        let sorted = ranges.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
        #expect(sorted == stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) })
    }

    @Test func resultsAreEqualToTheLastBitForEveryThreadCount() { expectSameBits(results) }

    @Test func aCountHoldsForItsScopeAlone() async {
        let before = Parallelism.threadCount
        Parallelism.withThreadCount(3) {
            #expect(Parallelism.threadCount == 3)
            Parallelism.withThreadCount(0) { #expect(Parallelism.threadCount == 1, "there is always one") }
            #expect(Parallelism.threadCount == 3)
            #expect(Parallelism.defaultThreadCount == before)
        }
        #expect(Parallelism.threadCount == before)
    }

    /// In a process of its own, since the default is one for all.
    @Test func theDefaultIsAtLeastOne() async {
        await #expect(processExitsWith: .success) {
            Parallelism.defaultThreadCount = 0
            #expect(Parallelism.threadCount == 1)
            Parallelism.defaultThreadCount = 5
            #expect(Parallelism.threadCount == 5)
        }
    }

    @Test func whatIsSetAroundAJobHoldsInAllOfItsChunks() {
        let found = Mutex<Set<String>>([])
        Parallelism.withThreadCount(4) {
            ConvolutionPrecision.withExact {
                Parallelism.forEachChunk(of: 400, size: 1) { _ in
                    found.withLock { _ = $0.insert("\(Parallelism.threadCount) \(ConvolutionPrecision.isExact)") }
                }
            }
        }
        #expect(found.withLock { $0 } == ["4 true"])
    }

    /// A closure that shares what is not `Sendable`, such as a plain counter, is refused by the compiler.
    @Test func chunksAreHandedToASendableClosure() {
        let function = Parallelism.forEachChunk(of:size:_:)
        #expect("\(type(of: function))".contains("@Sendable (Range<Int>) -> ()"))
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
