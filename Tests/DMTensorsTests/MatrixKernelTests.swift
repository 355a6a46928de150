import CDMKernels
import DMTensors
import DMTestSupport
import Testing

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
