import DMTensors
import Testing

@Suite struct GatherTests {
    @Test(arguments: [([5], [3]), ([5, 4], [2, 3]), ([1, 2, 3], [4]), ([3, 0], [2]), ([4, 2], [0]), ([50, 100], [400])])
    func rowsAreFetchedAndGivenBack(shape: [Int], indexShape: [Int]) {
        let x = ramp(shape), count = indexShape.reduce(1, *)
        let indices = Tensor<Int32>((0..<count).map { Int32($0 * 7 % shape[0]) }, shape: indexShape)
        let rows = x.gathered(rows: indices)
        #expect(rows.shape == indexShape + shape.dropFirst())
        let columns = shape.dropFirst().reduce(1, *)
        let (source, positions, gathered) = (x.scalars, indices.scalars, rows.scalars)
        #expect(gathered == positions.flatMap { source[Int($0) * columns..<(Int($0) + 1) * columns] })
        var expected = [Double](repeating: 0, count: x.count)
        for (row, index) in positions.enumerated() {
            for column in 0..<columns { expected[Int(index) * columns + column] += gathered[row * columns + column] }
        }
        #expect(rows.scatteredAdd(rows: indices, count: shape[0]) == Tensor(expected, shape: shape))
        #expect(Tensor<UInt8>(repeating: 200, shape: rows.shape).scatteredAdd(rows: indices, count: shape[0]).shape == shape)
    }

    @Test func indicesBeyondTheRowsStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ramp([3, 2]).gathered(rows: Tensor([3])) }
        await #expect(processExitsWith: .failure) { _ = ramp([3, 2]).gathered(rows: Tensor([-1])) }
        await #expect(processExitsWith: .failure) { _ = ramp([2, 2]).scatteredAdd(rows: Tensor([0, 5]), count: 5) }
        await #expect(processExitsWith: .failure) { _ = ramp([2, 2]).scatteredAdd(rows: Tensor([0, 1, 1]), count: 5) }
    }
}
