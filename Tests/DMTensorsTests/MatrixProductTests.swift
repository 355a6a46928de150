import DMTensors
import Testing

@Suite struct MatrixProductTests {
    @Test(arguments: [[1, 1, 1], [3, 5, 7], [2, 0, 3], [0, 4, 2], [17, 1, 33], [130, 70, 120], [3, 9001, 5]])
    func agreesWithLoops(extents: [Int]) {
        let (m, k, n) = (extents[0], extents[1], extents[2])
        for (first, second) in [(false, false), (true, false), (false, true), (true, true)] {
            let x = ramp(first ? [k, m] : [m, k]), y = ramp(second ? [n, k] : [k, n])
            let z = matrixProduct(x, y, transposingFirst: first, transposingSecond: second)
            let (a, b) = (x.scalars, y.scalars)
            var expected: [Double] = []
            for i in 0..<m {
                for j in 0..<n {
                    expected.append((0..<k).reduce(0) { $0 + a[first ? $1 * m + i : i * k + $1] * b[second ? j * k + $1 : $1 * n + j] })
                }
            }
            #expect(z.shape == [m, n])
            #expect(zip(z.scalars, expected).allSatisfy { abs($0 - $1) <= 1e-15 * Double(max(8, k)) })
        }
    }

    @Test func multipliesEachPairOfAStack() {
        let x = ramp([2, 3, 4, 5]), y = ramp([2, 3, 5, 2])
        let z = matrixProduct(x, y)
        #expect(z.shape == [2, 3, 4, 2])
        for i in 0..<2 { for j in 0..<3 { #expect(z[i][j] == matrixProduct(x[i][j], y[i][j])) } }
    }

    @Test func namesBothShapes() async {
        await #expect(processExitsWith: .failure) { _ = matrixProduct(ramp([2, 3]), ramp([2, 3])) }
    }
}
