import DMTensors
import Testing

/// Every position of a shape, in row-major order.
func positions(of shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { prefixes, extent in prefixes.flatMap { prefix in (0..<extent).map { prefix + [$0] } } }
}

/// For every position of a shape, in row-major order, where `x` broadcast to it has its element.
func elementIndices(of x: [Int], in shape: [Int]) -> [Int] {
    var indices = [0]
    for (axis, extent) in shape.enumerated() {
        let own = axis - (shape.count - x.count)
        let step = own < 0 || x[own] == 1 ? 0 : x[(own + 1)...].reduce(1, *)
        indices = indices.flatMap { start in (0..<extent).map { start + $0 * step } }
    }
    return indices
}

/// The element at a position.
func element<Scalar>(_ x: Tensor<Scalar>, _ position: [Int]) -> Scalar {
    let index = zip(position, x.shape).reduce(0) { $0 * $1.1 + $1.0 }
    return x.withUnsafeElements { $0[index] }
}

/// What a loop over single elements makes of two tensors.
func looped<Scalar, Result>(
    _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, _ shape: [Int], _ function: (Scalar, Scalar) -> Result
) -> Tensor<Result> {
    let indices = zip(elementIndices(of: x.shape, in: shape), elementIndices(of: y.shape, in: shape))
    let results = x.withUnsafeElements { x in y.withUnsafeElements { y in indices.map { function(x[$0], y[$1]) } } }
    return Tensor(results, shape: shape)
}

/// Shapes that go together, and what they make together.
struct Pair: CustomTestStringConvertible {
    let x: [Int]
    let y: [Int]
    let result: [Int]
    var testDescription: String { "\(x) and \(y)" }

    static let all = [
        Pair(x: [], y: [], result: []),
        Pair(x: [1], y: [1], result: [1]),
        Pair(x: [7], y: [7], result: [7]),
        Pair(x: [2, 3], y: [], result: [2, 3]),
        Pair(x: [], y: [4, 5], result: [4, 5]),
        Pair(x: [3, 5], y: [5], result: [3, 5]),
        Pair(x: [5], y: [3, 5], result: [3, 5]),
        Pair(x: [3, 5], y: [3, 1], result: [3, 5]),
        Pair(x: [3, 1], y: [1, 5], result: [3, 5]),
        Pair(x: [2, 3, 4, 5], y: [2, 1, 1, 5], result: [2, 3, 4, 5]),
        Pair(x: [2, 1, 4, 1], y: [3, 1, 5], result: [2, 3, 4, 5]),
        Pair(x: [0, 3], y: [3], result: [0, 3]),
        Pair(x: [0], y: [1], result: [0]),
        Pair(x: [2, 33_001], y: [2, 1], result: [2, 33_001]),
        Pair(x: [300, 120], y: [300, 120], result: [300, 120]),
    ]
}

/// Numbers from -1 to 1 in no simple order.
func ramp(_ shape: [Int]) -> Tensor<Double> {
    let count: Int = shape.reduce(1, *)
    let numbers = (0..<count).map { index in Double((index * 37 + 11) % 101) / 50 - 1 }
    return Tensor(numbers, shape: shape)
}

/// Expects that `compute` gives the same elements again and again, while threads share its chunks in other ways.
func expectSameBits(_ compute: () -> [Tensor<Float>], sourceLocation: SourceLocation = #_sourceLocation) {
    let expected = Parallelism.withThreadCount(1, compute)
    for count in [2, 3, 7, 8] {
        #expect(Parallelism.withThreadCount(count, compute) == expected, "\(count) threads", sourceLocation: sourceLocation)
    }
}
