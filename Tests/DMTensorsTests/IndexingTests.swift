import DMTensors
import DMTestSupport
import Testing

@Suite struct IndexingTests {
    private static let shapes: [[Int]] = [[4], [3, 4], [2, 5, 3], [1, 4, 1], [2, 4, 0]]

    /// Positions within `extent`, some of them counted from the end.
    private func somePositions(_ shape: [Int], below extent: Int) -> Tensor<Int32> {
        let count = shape.reduce(1, *)
        return Tensor((0..<count).map { Int32($0 * 5 % extent) - ($0 % 3 == 0 ? Int32(extent) : 0) }, shape: shape)
    }

    private func counted(_ position: Int32, _ extent: Int) -> Int { Int(position) < 0 ? Int(position) + extent : Int(position) }

    @Test(arguments: shapes) func slicesAlongAnAxis(shape: [Int]) {
        let x = ramp(shape)
        for axis in shape.indices where shape[axis] > 0 {
            let at = somePositions([2, 3], below: shape[axis]), y = x.gathered(along: axis, at: at)
            #expect(y.shape == shape[..<axis] + [2, 3] + shape[(axis + 1)...])
            for place in positions(of: y.shape) {
                let source = counted(element(at, Array(place[axis..<axis + 2])), shape[axis])
                #expect(element(y, place) == element(x, place[..<axis] + [source] + place[(axis + 2)...]))
            }
            #expect(x.gathered(along: axis - shape.count, at: at) == y)
            #expect(x.reversed(along: axis).reversed(along: axis) == x)
        }
    }

    @Test func steps() {
        let x = Tensor<Int32>([0, 1, 2, 3, 4, 5, 6, 7])
        #expect(x.strided(along: 0, from: 1, count: 3, by: 3) == Tensor([1, 4, 7]))
        #expect(x.strided(along: 0, from: 6, count: 3, by: -2) == Tensor([6, 4, 2]))
        #expect(x.reversed(along: -1) == Tensor([7, 6, 5, 4, 3, 2, 1, 0]))
    }

    @Test(arguments: shapes) func elementsAndTheirReplacement(shape: [Int]) {
        let x = ramp(shape)
        for axis in shape.indices where shape[axis] > 0 {
            var wanted = shape
            wanted[axis] = 3
            let at = somePositions(wanted, below: shape[axis]), y = x.gatheredElements(along: axis, at: at)
            let others = ramp(wanted) * 10
            var replaced = x.scalars, summed = x.scalars
            for place in positions(of: wanted) {
                var source = place
                source[axis] = counted(element(at, place), shape[axis])
                #expect(element(y, place) == element(x, source))
                let index = zip(source, shape).reduce(0) { $0 * $1.1 + $1.0 }
                replaced[index] = element(others, place)
                summed[index] += element(others, place)
            }
            #expect(y.shape == wanted)
            #expect(x.replacingElements(along: axis, at: at, with: others).scalars == replaced)
            #expect(isClose(x.combiningElements(along: axis, at: at, with: others, by: .sum), Tensor(summed, shape: shape), 1e-14))
        }
    }

    @Test func slicesAtCoordinates() {
        let x = Tensor<Int32>((0..<12).map { $0 }, shape: [2, 3, 2])
        #expect(x.gatheredSlices(at: Tensor([1, 2, 0, -1], shape: [2, 2])) == Tensor([10, 11, 4, 5], shape: [2, 2]))
        #expect(x.gatheredSlices(at: Tensor([2, 0], shape: [2, 1]), sharedAxes: 1) == Tensor([4, 5, 6, 7], shape: [2, 2]))
        #expect(x.gatheredSlices(at: Tensor([1], shape: [1])) == x[1])
        let slices = Tensor<Int32>([70, 71, 80, 81, 90, 91], shape: [3, 2]), at = Tensor<Int32>([0, 0, 1, 1, 0, 0], shape: [3, 2])
        #expect(x.replacingSlices(at: at, with: slices).scalars == [90, 91, 2, 3, 4, 5, 6, 7, 80, 81, 10, 11])
    }

    @Test(arguments: ScatterCombination.allCases) func combinationsOfSeveral(combination: ScatterCombination) {
        let x = Tensor<Int32>([5, 6, 7]), at = Tensor<Int32>([1, 1, -1, 1], shape: [4, 1])
        let y = x.combiningSlices(at: at, with: Tensor([2, 9, 3, 4]), by: combination)
        switch combination {
        case .replacement: #expect(y == Tensor([5, 4, 3]))
        case .sum: #expect(y == Tensor([5, 21, 10]))
        case .product: #expect(y == Tensor([5, 432, 21]))
        case .maximum: #expect(y == Tensor([5, 9, 7]))
        case .minimum: #expect(y == Tensor([5, 2, 3]))
        }
    }

    @Test func order() {
        let x = Tensor<Float>([3, 1, 3, 2, 0, 5], shape: [2, 3])
        let (largest, places) = x.largest(2, along: -1)
        #expect(largest == Tensor([3, 3, 5, 2], shape: [2, 2]) && places == Tensor([0, 2, 2, 0], shape: [2, 2]))
        let (smallest, rows) = x.smallest(1, along: 0)
        #expect(smallest == Tensor([2, 0, 3], shape: [1, 3]) && rows == Tensor([1, 1, 0], shape: [1, 3]))
        #expect(x.argmin(along: 1) == Tensor([1, 1]) && x.argmax(along: 1) == Tensor([0, 2]))
        #expect(Tensor<UInt8>([7, 0, 0]).argmin(along: 0) == Tensor(1).reshaped(to: []))
    }

    @Test func classesAndTruth() {
        #expect(
            Tensor<Int32>([2, 0, 5]).oneHot(count: 3)
                == Tensor([false, false, true, true, false, false, false, false, false], shape: [3, 3]))
        let mask = Tensor([false, true, true, false, false, true], shape: [2, 3])
        #expect(mask.truePositions() == Tensor([0, 1, 0, 2, 1, 2], shape: [3, 2]))
        #expect(Tensor([false]).truePositions().shape == [0, 1])
    }

    @Test func bordersAndRepetition() {
        let x = Tensor<Int32>([1, 2, 3])
        #expect(x.padded(before: [2], after: [4], mode: .edge) == Tensor([1, 1, 1, 2, 3, 3, 3, 3, 3]))
        #expect(x.padded(before: [2], after: [4], mode: .reflection) == Tensor([3, 2, 1, 2, 3, 2, 1, 2, 3]))
        #expect(x.padded(before: [2], after: [4], mode: .wrapping) == Tensor([2, 3, 1, 2, 3, 1, 2, 3, 1]))
        #expect(Tensor<Int32>([7]).padded(before: [1], after: [1], mode: .reflection) == Tensor([7, 7, 7]))
        #expect(Tensor<Int32>([1, 2], shape: [1, 2]).tiled([2, 2]) == Tensor([1, 2, 1, 2, 1, 2, 1, 2], shape: [2, 4]))
        #expect(x.tiled([0]).shape == [0])
    }

    @Test func blocksOfPixels() {
        let x = Tensor<Int32>((0..<8).map { $0 }, shape: [1, 1, 1, 8])
        #expect(x.depthToSpace(block: 2) == Tensor([0, 1, 2, 3, 4, 5, 6, 7], shape: [1, 2, 2, 2]))
        #expect(x.depthToSpace(block: 2, order: .channelsFirst) == Tensor([0, 4, 1, 5, 2, 6, 3, 7], shape: [1, 2, 2, 2]))
        for order in BlockOrder.allCases {
            let images = ramp([2, 4, 6, 3])
            #expect(images.spaceToDepth(block: 2, order: order).depthToSpace(block: 2, order: order) == images)
        }
    }

    @Test func wrongPositionsStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ramp([3, 2]).gathered(along: 1, at: Tensor([2])) }
        await #expect(processExitsWith: .failure) { _ = ramp([3]).largest(4, along: 0) }
        await #expect(processExitsWith: .failure) { _ = ramp([3]).replacingSlices(at: Tensor([0], shape: [1, 1]), with: ramp([2])) }
    }
}

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
