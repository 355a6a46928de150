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
        #expect((x .< y) == looped(x, y, shape, <))
        #expect((x .<= y) == looped(x, y, shape, <=))
        #expect((x .> y) == looped(x, y, shape, >))
        #expect((x .>= y) == looped(x, y, shape, >=))
        #expect((x .== y) == looped(x, y, shape, ==))
        let mask = x .< y
        #expect(select(where: mask, x, y) == looped(x, y, shape) { $0 < $1 ? $0 : $1 })
        #expect(select(where: mask, mask, Tensor(true)) == Tensor(repeating: true, shape: shape))
        #expect((x .< 1) == looped(x, Tensor(1), x.shape, <))
        #expect((x .== 1) == looped(x, Tensor(1), x.shape, ==))
    }

    @Test func noNumberIsUnequalToItself() {
        let x = Tensor<Float>([.nan, 1])
        #expect((x .== x).scalars == [false, true])
        #expect((x .<= x).scalars == [false, true])
    }

    @Test func wrongShapesStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ramp([2]) .== ramp([3]) }
        await #expect(processExitsWith: .failure) { _ = select(where: Tensor([true, false]), ramp([3]), ramp([3])) }
    }
}
