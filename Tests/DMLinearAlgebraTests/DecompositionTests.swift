import DMLinearAlgebra
import DMTensors
import Testing

@Suite struct DecompositionTests {
    @Test(arguments: [[1, 1], [5, 3], [3, 5], [4, 4], [0, 3], [40, 17]])
    func decompositionsMultiplyToTheMatrix(shape: [Int]) throws {
        let x = randomMatrix(shape)
        let (u, s, v) = try x.singularValueDecomposition()
        #expect(isClose(matmul(u * s, v), x, 1e-11))
        #expect(isIdentity(matmul(u, u, transposingFirst: true)))
        #expect(isIdentity(matmul(v, v, transposingSecond: true)))
        #expect(try x.singularValues() == s)
        #expect(s.scalars == s.scalars.sorted(by: >))
        let (q, r) = try x.qrDecomposition()
        #expect(isClose(matmul(q, r), x, 1e-11))
        #expect(isIdentity(matmul(q, q, transposingFirst: true)))
        for row in 0..<r.shape[0] { for column in 0..<min(row, r.shape[1]) { #expect(r[row][column].scalar == 0) } }
    }

    @Test(arguments: [1, 2, 9, 30])
    func symmetricMatrices(size: Int) throws {
        let root = randomMatrix([size, size])
        let x = matmul(root, root, transposingSecond: true) + identity(size)
        let l = try x.choleskyFactor()
        #expect(isClose(matmul(l, l, transposingSecond: true), x, 1e-11))
        for row in 0..<size { for column in (row + 1)..<max(size, row + 1) { #expect(l[row][column].scalar == 0) } }
        let (values, vectors) = try x.symmetricEigen()
        #expect(isClose(matmul(vectors * values, vectors, transposingSecond: true), x, 1e-11))
        #expect(isIdentity(matmul(vectors, vectors, transposingFirst: true)))
        #expect(values.scalars == values.scalars.sorted())
    }

    @Test(arguments: [1, 3, 20])
    func solutionsFulfilTheirEquations(size: Int) throws {
        let x = randomMatrix([size, size]), y = randomMatrix([size, 2])
        #expect(isClose(matmul(x, try x.solved(for: y)), y, 1e-11))
        let column = y.sliced(along: 1, from: 0, to: 1).reshaped(to: [size])
        #expect(try x.solved(for: column).shape == [size])
        #expect(isClose(matmul(x, try x.solved(for: column).reshaped(to: [size, 1])), column.reshaped(to: [size, 1]), 1e-11))
    }

    @Test func singlePrecisionIsTheSame() throws {
        let x = Tensor<Float>([4, 2, 2, 3], shape: [2, 2])
        #expect(isClose(Tensor(converting: try x.choleskyFactor()), Tensor([2, 0, 1, 2.0.squareRoot()], shape: [2, 2]), 1e-6))
        #expect(isClose(Tensor(converting: try x.solved(for: Tensor([2, 5]))), Tensor([-0.5, 2]), 1e-6))
        let (q, r) = try x.qrDecomposition()
        #expect(isClose(Tensor(converting: matmul(q, r)), Tensor(converting: x), 1e-5))
        let (u, s, v) = try x.singularValueDecomposition()
        #expect(isClose(Tensor(converting: matmul(u * s, v)), Tensor(converting: x), 1e-5))
        let root = 17.0.squareRoot()
        #expect(isClose(Tensor(converting: try x.symmetricEigen().eigenvalues), Tensor([(7 - root) / 2, (7 + root) / 2]), 1e-5))
    }

    @Test func failuresAreNamed() {
        let singular = Tensor<Double>([1, 2, 2, 4], shape: [2, 2])
        #expect(throws: LinearAlgebraError.singular(operation: "solution", shape: [2, 2])) { try singular.solved(for: Tensor([1, 2])) }
        #expect(throws: LinearAlgebraError.notPositiveDefinite(operation: "Cholesky factor", shape: [2, 2])) {
            try Tensor<Double>([1, 2, 2, 1], shape: [2, 2]).choleskyFactor()
        }
        #expect(throws: LinearAlgebraError.notFinite(operation: "singular value decomposition", shape: [1, 2])) {
            try Tensor<Double>([1, .nan], shape: [1, 2]).singularValues()
        }
    }

    @Test func wrongShapesStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = try Tensor<Float>(repeating: 1, shape: [2, 3]).choleskyFactor() }
        await #expect(processExitsWith: .failure) { _ = try Tensor<Float>(repeating: 1, shape: [2, 2]).solved(for: Tensor([1, 2, 3])) }
    }
}

private func randomMatrix(_ shape: [Int]) -> Tensor<Double> {
    var source = RandomSource(seed: 5)
    return source.uniform(shape: shape, in: -1..<1)
}

private func identity(_ size: Int) -> Tensor<Double> {
    Tensor((0..<size * size).map { $0 / size == $0 % size ? 1 : 0 }, shape: [size, size])
}

private func isIdentity(_ x: Tensor<Double>) -> Bool { isClose(x, identity(x.shape[0]), 1e-11) }
