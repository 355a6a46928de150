import DMTensors
import Testing

@Suite struct ComparisonTests {
    @Test(arguments: Pair.all) func broadcastsLikeLoops(pair: Pair) {
        let x = ramp(pair.x), y = ramp(pair.y)
        check(x, y, pair.result)
        check(Tensor<Float>(converting: x), Tensor(converting: y), pair.result)
        check(Tensor<UInt8>(converting: x * 9), Tensor(converting: y * 9), pair.result)
        check(Tensor<Int32>(converting: x * 9), Tensor(converting: y * 9), pair.result)
        check(Tensor<Int64>(converting: x * 9), Tensor(converting: y * 9), pair.result)
    }

    private func check<Scalar: NumericScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>, _ shape: [Int]) {
        #expect(x.isLess(than: y) == looped(x, y, shape, <))
        #expect(x.isLessOrEqual(to: y) == looped(x, y, shape, <=))
        #expect(x.isGreater(than: y) == looped(x, y, shape, >))
        #expect(x.isGreaterOrEqual(to: y) == looped(x, y, shape, >=))
        #expect(x.isEqual(to: y) == looped(x, y, shape, ==))
        let mask = x.isLess(than: y)
        #expect(select(where: mask, x, y) == looped(x, y, shape) { $0 < $1 ? $0 : $1 })
        #expect(select(where: mask, mask, Tensor(true)) == Tensor(repeating: true, shape: shape))
        #expect(x.isLess(than: 1) == looped(x, Tensor(1), x.shape, <))
        #expect(x.isEqual(to: 1) == looped(x, Tensor(1), x.shape, ==))
    }

    @Test func noNumberIsUnequalToItself() {
        let x = Tensor<Float>([.nan, 1])
        #expect(x.isEqual(to: x).scalars == [false, true])
        #expect(x.isLessOrEqual(to: x).scalars == [false, true])
    }

    @Test func wrongShapesStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ramp([2]).isEqual(to: ramp([3])) }
        await #expect(processExitsWith: .failure) { _ = select(where: Tensor([true, false]), ramp([3]), ramp([3])) }
    }
}
