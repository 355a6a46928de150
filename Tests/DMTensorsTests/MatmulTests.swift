import CDMKernels
import DMTensors
import DMTestSupport
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

@Suite("A last axis of extent 1")
struct SingleColumnTests {
    private let column = Tensor<Float>([1, 2, 3], shape: [3, 1])

    @Test("is concatenated")
    func concatenatedColumns() {
        let wide = Tensor<Float>([4, 5, 6, 7, 8, 9], shape: [3, 2])
        #expect(concatenated([column, wide], along: 1) == Tensor([1, 4, 5, 2, 6, 7, 3, 8, 9], shape: [3, 3]))
        #expect(concatenated([wide, column], along: 1) == Tensor([4, 5, 1, 6, 7, 2, 8, 9, 3], shape: [3, 3]))
    }

    @Test("is padded")
    func padded() {
        #expect(column.padded(before: [0, 1], after: [1, 0], with: 0) == Tensor([0, 1, 0, 2, 0, 3, 0, 0], shape: [4, 2]))
    }

    @Test("is concatenated in several blocks")
    func blocks() {
        let x = Tensor<Float>([1, 2, 3, 4], shape: [2, 2, 1])
        #expect(concatenated([x, x], along: 2) == Tensor([1, 1, 2, 2, 3, 3, 4, 4], shape: [2, 2, 2]))
        let padded = x.padded(before: [0, 1, 1], after: [0, 0, 0], with: 0)
        #expect(padded == Tensor([0, 0, 0, 1, 0, 2, 0, 0, 0, 3, 0, 4], shape: [2, 3, 2]))
    }
}

/// The register-tiled products, in every instruction set, against plain loops.
@Suite struct MatrixKernelTests {
    /// Rows, depth and columns: less than a tile, whole tiles, remainders, several blocks of rows and of depth, nothing.
    static let extents: [[Int]] = [
        [1, 1, 1], [5, 3, 7], [14, 16, 32], [6, 9, 16], [13, 20, 33], [29, 130, 65], [115, 40, 20], [230, 5, 3], [17, 600, 40],
        [4, 0, 5], [0, 3, 4], [3, 4, 0],
    ]

    private func expected(_ x: Tensor<Double>, _ y: Tensor<Double>, _ extents: [Int], plus z: Tensor<Double>?) -> Tensor<Double> {
        let (rows, depth, columns) = (extents[0], extents[1], extents[2])
        let (xs, ys) = (x.scalars, y.scalars)
        let products = (0..<rows * columns).map { index in
            (0..<depth).reduce(z?.scalars[index] ?? 0) { $0 + xs[index / columns * depth + $1] * ys[$1 * columns + index % columns] }
        }
        return Tensor(products, shape: [rows, columns])
    }

    private func product<T: FloatingPointScalar>(
        _ x: Tensor<T>, _ y: Tensor<T>, _ extents: [Int], transposingFirst: Bool, plus z: Tensor<T>?, _ kernels: KernelTables
    ) -> Tensor<T> {
        let (rows, depth, columns) = (extents[0], extents[1], extents[2])
        let panel = kernels.matrix.panel_columns
        var packed = Tensor<T>(repeating: 0, shape: [(columns + panel - 1) / panel * panel * depth])
        packed.withUnsafeMutableElements { packed in
            y.withUnsafeElements { kernels.matrix.pack($0.baseAddress, columns, 1, 0, depth, depth, columns, packed.baseAddress) }
        }
        var result = z ?? Tensor<T>(repeating: .nan, shape: [rows, columns])
        result.withUnsafeMutableElements { result in
            x.withUnsafeElements { x in
                packed.withUnsafeElements { packed in
                    if transposingFirst {
                        kernels.matrix.multiply_transposing_first(
                            x.baseAddress, rows, packed.baseAddress, result.baseAddress, columns, rows, depth, columns, z != nil)
                    } else {
                        kernels.matrix.multiply(
                            x.baseAddress, depth, packed.baseAddress, nil, result.baseAddress, columns, rows, depth, columns, z != nil)
                    }
                }
            }
        }
        return result
    }

    @Test(arguments: extents, [false, true]) func agreesWithTheDefinition(_ extents: [Int], accumulates: Bool) {
        let x = testNumbers([extents[0], extents[1]], seed: 1), y = testNumbers([extents[1], extents[2]], seed: 2)
        let z = accumulates ? testNumbers([extents[0], extents[2]], seed: 3) : nil
        let result = expected(x, y, extents, plus: z)
        for set in runnableKernelSets {
            for transposes in [false, true] {
                let left = transposes ? x.transposed(permutation: [1, 0]) : x
                let double = product(left, y, extents, transposingFirst: transposes, plus: z, set.double)
                #expect(largestDifference(double, result) <= 1e-15 * Double(1 + extents[1]), "\(set.name), Double")
                let single = product(
                    rounded(left), rounded(y), extents, transposingFirst: transposes, plus: z.map(rounded), set.float)
                #expect(largestDifference(single, result) <= 5e-7 * Double(1 + extents[1]), "\(set.name), Float")
            }
        }
    }
}
