import DMTensors
import Foundation
import Testing

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
