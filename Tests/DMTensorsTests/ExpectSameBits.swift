import DMTensors
import Testing

/// Expects that `compute` gives the same elements again and again, while threads share its chunks in other ways.
func expectSameBits(_ compute: () -> [Tensor<Float>], sourceLocation: SourceLocation = #_sourceLocation) {
    let expected = Parallelism.withThreadCount(1, compute)
    for count in [2, 3, 7, 8] {
        #expect(Parallelism.withThreadCount(count, compute) == expected, "\(count) threads", sourceLocation: sourceLocation)
    }
}
