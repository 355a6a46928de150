import DMTensors
import Testing

@Suite struct MatrixProductTests {
    @Test(arguments: [[1, 1, 1], [3, 5, 7], [2, 0, 3], [0, 4, 2], [17, 1, 33], [130, 70, 120], [3, 9001, 5]])
    func agreesWithLoops(extents: [Int]) {
        let (m, k, n) = (extents[0], extents[1], extents[2])
        for (first, second) in [(false, false), (true, false), (false, true), (true, true)] {
            let x = wholeNumbers(first ? [k, m] : [m, k]), y = wholeNumbers(second ? [n, k] : [k, n])
            let z = matmul(x, y, transposingFirst: first, transposingSecond: second)
            let (a, b) = (x.scalars, y.scalars)
            var expected: [Double] = []
            for i in 0..<m {
                for j in 0..<n {
                    expected.append((0..<k).reduce(0) { $0 + a[first ? $1 * m + i : i * k + $1] * b[second ? j * k + $1 : $1 * n + j] })
                }
            }
            #expect(z == Tensor(expected, shape: [m, n]))
        }
    }

    @Test func multipliesEachPairOfAStack() {
        let x = ramp([2, 3, 4, 5]), y = ramp([2, 3, 5, 2])
        let z = matmul(x, y)
        #expect(z.shape == [2, 3, 4, 2])
        for i in 0..<2 { for j in 0..<3 { #expect(z[i][j] == matmul(x[i][j], y[i][j])) } }
    }

    @Test func namesBothShapes() async {
        await #expect(processExitsWith: .failure) { _ = matmul(ramp([2, 3]), ramp([2, 3])) }
    }
}

/// Sums and products of these are exact, in whatever order they are added.
private func wholeNumbers(_ shape: [Int]) -> Tensor<Double> { Tensor(converting: Tensor<Int32>(converting: ramp(shape) * 50)) }
