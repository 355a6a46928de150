import DMTensors
import Testing

@Suite struct EinsumTests {
    /// The definition, in plain loops over all labels.
    private func reference(_ operands: [(Tensor<Double>, labels: [Int])], to result: [Int]) -> Tensor<Double> {
        var extents: [Int: Int] = [:]
        for (x, labels) in operands { for (label, extent) in zip(labels, x.shape) { extents[label] = extent } }
        let labels = extents.keys.sorted(), shape = result.map { extents[$0]! }
        var sums = [Double](repeating: 0, count: shape.reduce(1, *))
        for place in positions(of: labels.map { extents[$0]! }) {
            func at(_ own: [Int]) -> [Int] { own.map { place[labels.firstIndex(of: $0)!] } }
            let product = operands.reduce(1) { $0 * element($1.0, at($1.labels)) }
            sums[zip(at(result), shape).reduce(0) { $0 * $1.1 + $1.0 }] += product
        }
        return Tensor(sums, shape: shape)
    }

    private static let cases: [(shapes: [[Int]], labels: [[Int]], result: [Int])] = [
        ([[2, 3], [3, 4]], [[0, 1], [1, 2]], [0, 2]),
        ([[2, 3], [3, 4]], [[0, 1], [1, 2]], [2, 0]),
        ([[2, 3, 4], [2, 4, 5]], [[0, 1, 2], [0, 2, 3]], [0, 1, 3]),
        ([[3], [4]], [[0], [1]], [0, 1]),
        ([[3], [3]], [[0], [0]], []),
        ([[3, 3]], [[0, 0]], [0]),
        ([[3, 2, 3]], [[0, 1, 0]], [1]),
        ([[2, 3]], [[0, 1]], [1]),
        ([[2, 3]], [[0, 1]], [1, 0]),
        ([[2, 3], [3, 2], [2]], [[0, 1], [1, 2], [2]], [0]),
        ([[2, 3], [2, 3], [2, 3]], [[0, 1], [0, 1], [0, 1]], [0]),
        ([[2, 0], [0, 3]], [[0, 1], [1, 2]], [0, 2]),
    ]

    @Test(arguments: cases.indices) func agreesWithTheDefinition(index: Int) {
        let (shapes, labels, result) = Self.cases[index]
        let operands = zip(shapes, labels).map { (ramp($0) + 0.1 * Double($1.count), labels: $1) }
        #expect(isClose(einsum(operands, to: result), reference(operands, to: result), 1e-13))
    }

    @Test func labelsMustFit() async {
        await #expect(processExitsWith: .failure) { _ = einsum([(ramp([2]), labels: [0, 1])], to: [0]) }
        await #expect(processExitsWith: .failure) { _ = einsum([(ramp([2]), labels: [0]), (ramp([3]), labels: [0])], to: [0]) }
        await #expect(processExitsWith: .failure) { _ = einsum([(ramp([2]), labels: [0])], to: [0, 0]) }
    }
}
