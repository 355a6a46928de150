import DMTensors
import DMTestSupport
import Foundation
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

@Suite struct ConversionTests {
    /// Every type into every type, for numbers that all of them hold.
    @Test(arguments: [0, 1, 19, 70_001]) func smallWholeNumbersAreKept(count: Int) {
        let bytes = Tensor((0..<count).map { UInt8(truncatingIfNeeded: $0) })
        checkFrom(bytes, bytes)
        checkFrom(Tensor<Float>(converting: bytes), bytes)
        checkFrom(Tensor<Double>(converting: bytes), bytes)
        checkFrom(Tensor<Int32>(converting: bytes), bytes)
        checkFrom(Tensor<Int64>(converting: bytes), bytes)
        let bits = Tensor(bytes.scalars.map { $0 % 2 })
        checkFrom(Tensor<Bool>(converting: bits), bits)
    }

    private func checkFrom<Source>(_ x: Tensor<Source>, _ bytes: Tensor<UInt8>) {
        #expect(Tensor<UInt8>(converting: x) == bytes)
        #expect(Tensor<Float>(converting: x).scalars == bytes.scalars.map(Float.init))
        #expect(Tensor<Double>(converting: x).scalars == bytes.scalars.map(Double.init))
        #expect(Tensor<Int32>(converting: x).scalars == bytes.scalars.map(Int32.init))
        #expect(Tensor<Int64>(converting: x).scalars == bytes.scalars.map(Int64.init))
        #expect(Tensor<Bool>(converting: x).scalars == bytes.scalars.map { $0 != 0 })
    }

    @Test func whatDoesNotFitBecomesTheNearestBound() {
        let x = Tensor<Double>([1.9, -1.9, 1e30, -1e30, .infinity, .nan, 255.5])
        #expect(Tensor<Int32>(converting: x).scalars == [1, -1, .max, .min, .max, 0, 255])
        #expect(Tensor<Int64>(converting: x).scalars == [1, -1, .max, .min, .max, 0, 255])
        #expect(Tensor<UInt8>(converting: x).scalars == [1, 0, 255, 0, 255, 0, 255])
        #expect(Tensor<Bool>(converting: x).scalars == [true, true, true, true, true, true, true])
        let y = Tensor<Float>(converting: x)
        #expect(Tensor<Int32>(converting: y) == Tensor<Int32>(converting: x))
        #expect(Tensor<Int64>(converting: y) == Tensor<Int64>(converting: x))
        #expect(Tensor<UInt8>(converting: y) == Tensor<UInt8>(converting: x))
        let z = Tensor<Int64>([.max, .min, -1, 256])
        #expect(Tensor<Int32>(converting: z).scalars == [.max, .min, -1, 256])
        #expect(Tensor<UInt8>(converting: z).scalars == [255, 0, 0, 255])
        #expect(Tensor<UInt8>(converting: Tensor<Int32>(converting: z)).scalars == [255, 0, 0, 255])
    }
}

@Suite struct RoundingTests {
    @Test func wholeNumbers() {
        let x = Tensor<Double>([-2.5, -1.5, -0.5, -0.2, 0, 0.5, 1.5, 2.7])
        #expect(x.floor() == Tensor([-3, -2, -1, -1, 0, 0, 1, 2]))
        #expect(x.ceiling() == Tensor([-2, -1, 0, 0, 0, 1, 2, 3]))
        #expect(x.rounded() == Tensor([-2, -2, 0, 0, 0, 0, 2, 3]))
        #expect(x.sign() == Tensor([-1, -1, -1, -1, 0, 1, 1, 1]))
        #expect(Tensor<Int32>([-7, 0, 7]).sign() == Tensor([-1, 0, 1]))
    }

    @Test func whatIsNoNumber() {
        let x = Tensor<Float>([1, .nan, -.infinity, .infinity])
        #expect(x.isNaN() == Tensor([false, true, false, false]))
        #expect(x.isInfinite() == Tensor([false, false, true, true]))
    }

    @Test func quotientsAndRests() {
        let numbers: [Int32] = [-7, -3, 0, 1, 5, 8], divisors: [Int32] = [-3, -1, 2, 4]
        let x = Tensor(numbers, shape: [6, 1]), y = Tensor(divisors)
        let pairs = numbers.flatMap { a in divisors.map { (a, $0) } }
        #expect((x / y).scalars == pairs.map { $0 / $1 })
        #expect(x.remainder(dividingBy: y).scalars == pairs.map { $0 % $1 })
        #expect(x.modulo(y).scalars == pairs.map { a, b in a - b * Int32(floor(Double(a) / Double(b))) })
        let (a, b) = (Tensor<Double>(converting: x) + 0.25, Tensor<Double>(converting: y))
        let reals = pairs.map { (Double($0) + 0.25, Double($1)) }
        #expect(a.remainder(dividingBy: b).scalars == reals.map { fmod($0, $1) })
        #expect(isClose(a.modulo(b), Tensor(reals.map { $0 - $1 * floor($0 / $1) }, shape: [6, 4]), 1e-15))
    }

    @Test func divisionsThatTheProcessorRefuses() {
        #expect(Tensor<Int32>([5, .min]) / Tensor([0, -1]) == Tensor([0, .min]))
        #expect(Tensor<Int64>([5, .min]).modulo(Tensor([0, -1])) == Tensor([5, 0]))
        #expect(Tensor<UInt8>([255, 7]) / Tensor([255, 0]) == Tensor([1, 0]))
        #expect(Tensor<UInt8>([254, 7]).remainder(dividingBy: Tensor([255, 0])) == Tensor([254, 7]))
    }

    @Test func powersOfTwoTensors() {
        let x = ramp([3, 1]).absoluteValue() + 0.1, y = ramp([4]) * 3
        let expected = looped(x, y, [3, 4]) { pow($0, $1) }
        #expect(isClose(x.power(y), expected, 1e-14))
        #expect(Tensor<Float>([-2, 2]).power(Tensor<Float>([3, -1])) == Tensor([-8, 0.5]))
    }

    @Test func logic() {
        let x = Tensor([true, true, false, false]), y = Tensor([true, false, true, false])
        #expect((x .& y) == Tensor([true, false, false, false]))
        #expect((x .| y) == Tensor([true, true, true, false]))
        #expect((x .!= y) == Tensor([false, true, true, false]))
        #expect((x .== y) == Tensor([true, false, false, true]))
        #expect(.!x == Tensor([false, false, true, true]))
        #expect((x .& Tensor(false)) == Tensor(repeating: false, shape: [4]))
    }
}
