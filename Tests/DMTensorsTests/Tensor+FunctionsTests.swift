import DMTensors
import Foundation
import Testing

/// A function of tensors, the same function of a number, and where it is tried.
private struct Function: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let range: ClosedRange<Double>
    let single: @Sendable (Tensor<Float>) -> Tensor<Float>
    let double: @Sendable (Tensor<Double>) -> Tensor<Double>
    let expected: @Sendable (Double) -> Double
    /// The size of what the result is the sum of, to which its error is relative.
    let size: @Sendable (Double) -> Double

    static let all = [
        Function("exp", -100...88, { $0.exp() }, { $0.exp() }, { exp($0) }),
        Function("log", 1e-42...1000, { $0.log() }, { $0.log() }, { log($0) }),
        Function("squareRoot", 0...1000, { $0.squareRoot() }, { $0.squareRoot() }, { $0.squareRoot() }),
        Function("squared", -9...9, { $0.squared() }, { $0.squared() }, { $0 * $0 }),
        Function("reciprocal", 0.01...9, { $0.reciprocal() }, { $0.reciprocal() }, { 1 / $0 }),
        Function("absoluteValue", -9...9, { $0.absoluteValue() }, { $0.absoluteValue() }, { abs($0) }),
        Function("sine", -20...20, { $0.sin() }, { $0.sin() }, { sin($0) }),
        Function("cosine", -20...20, { $0.cos() }, { $0.cos() }, { cos($0) }),
        Function("tanh", -12...12, { $0.tanh() }, { $0.tanh() }, { tanh($0) }),
        Function("sigmoid", -80...80, { $0.sigmoid() }, { $0.sigmoid() }, { 1 / (1 + exp(-$0)) }),
        Function("logSigmoid", -80...80, { $0.logSigmoid() }, { $0.logSigmoid() }, { min($0, 0) - log1p(exp(-abs($0))) }),
        Function("relu", -9...9, { $0.relu() }, { $0.relu() }, { max($0, 0) }),
        Function("gelu", -12...12, { $0.gelu() }, { $0.gelu() }, { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }),
        Function("clamped", -9...9, { $0.clamped(to: -1...2) }, { $0.clamped(to: -1...2) }, { min(max($0, -1), 2) }),
        Function("power", 0...9, { $0.power(1.7) }, { $0.power(1.7) }, { pow($0, 1.7) }),
        Function("cube", -9...9, { $0.power(3) }, { $0.power(3) }, { $0 * $0 * $0 }),
        Function("reluPullback", -9...9, { $0.reluPullback($0) }, { $0.reluPullback($0) }, { $0 > 0 ? $0 : 0 }),
        Function(
            "geluPullback", -12...12, { $0.geluPullback($0 + 1) }, { $0.geluPullback($0 + 1) },
            { ($0 + 1) * (0.5 * erfc(-$0 / 2.0.squareRoot()) + $0 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot()) },
            size: { abs($0 + 1) * (0.5 * erfc(-$0 / 2.0.squareRoot()) + abs($0) * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot()) }),
    ]

    init(
        _ name: String, _ range: ClosedRange<Double>, _ single: @escaping @Sendable (Tensor<Float>) -> Tensor<Float>,
        _ double: @escaping @Sendable (Tensor<Double>) -> Tensor<Double>, _ expected: @escaping @Sendable (Double) -> Double,
        size: (@Sendable (Double) -> Double)? = nil
    ) {
        testDescription = name
        self.range = range
        self.single = single
        self.double = double
        self.expected = expected
        self.size = size ?? { abs(expected($0)) }
    }
}

@Suite struct FunctionsTests {
    /// Rounding the argument of e^(-x²/2) by one part in 2^53 changes it, and the number expected of it,
    /// by x² parts.
    @Test(arguments: Function.all) private func agreesWithTheCLibrary(function: Function) {
        for count in [0, 1, 37, 33_001] {
            let width = function.range.upperBound - function.range.lowerBound
            let x = (0..<count).map { Float(function.range.lowerBound + width * Double($0) / Double(max(1, count - 1))) }
            let single = function.single(Tensor(x)).scalars, double = function.double(Tensor(x.map(Double.init))).scalars
            let wrong = (0..<count).filter { index in
                let expected = function.expected(Double(x[index])), size = max(function.size(Double(x[index])), 1e-37)
                return !(abs(Double(single[index]) - expected) <= 6e-7 * size && abs(double[index] - expected) <= 4e-14 * size)
            }
            #expect(wrong.isEmpty, "first of \(wrong.first.map { x[$0] } ?? 0)")
        }
    }

    @Test func boundsOfTheRange() {
        let x = Tensor<Float>([-.infinity, -200, -0.0, 0, 200, .infinity, .nan])
        #expect(x.exp().scalars.dropLast() == [0, 0, 1, 1, .infinity, .infinity])
        #expect(x.log().scalars[2...5] == [-.infinity, -.infinity, log(200), .infinity])
        #expect(x.log().scalars[0].isNaN && x.log().scalars[1].isNaN)
        #expect(x.tanh().scalars.dropLast() == [-1, -1, 0, 0, 1, 1])
        #expect(x.sigmoid().scalars.dropLast() == [0, 0, 0.5, 0.5, 1, 1])
        #expect(x.logSigmoid().scalars[0...1] == [-.infinity, -200])
        #expect(x.gelu().scalars.dropLast() == [0, 0, 0, 0, 200, .infinity])
        let slope = x.geluPullback(Tensor(repeating: 1, shape: [7])).sliced(along: 0, from: 0, to: 6)
        #expect(isClose(slope, Tensor([0, 0, 0.5, 0.5, 1, 1]), 1e-7))
        for function in [x.exp(), x.log(), x.tanh(), x.sigmoid(), x.logSigmoid(), x.gelu()] { #expect(function.scalars[6].isNaN) }
        let least = Float.leastNonzeroMagnitude
        #expect(Tensor(least).log().scalar == log(least))
    }

    @Test(arguments: [[1, 1], [3, 5], [7, 40], [2, 3, 33], [0, 4], [400, 100]]) func softmaxOfRows(shape: [Int]) {
        let x = ramp(shape) * 30, columns = shape.last!
        let y = x.softmax(), z = x.logSoftmax()
        #expect(y.shape == shape && z.shape == shape)
        let scalars = x.scalars
        let logarithms = stride(from: 0, to: x.count, by: columns).flatMap { start in
            let row = scalars[start..<start + columns], largest = row.max()!
            let sum = row.reduce(0) { $0 + exp($1 - largest) }
            return row.map { $0 - largest - log(sum) }
        }
        #expect(isClose(z, Tensor(logarithms, shape: shape), 1e-14))
        #expect(isClose(y, Tensor(logarithms.map { exp($0) }, shape: shape), 1e-14))
        #expect(isClose(Tensor(converting: Tensor<Float>(converting: x).softmax()), y, 1e-5))
        #expect(isClose(Tensor(converting: Tensor<Float>(converting: x).logSoftmax()), z, 1e-5))
    }

    @Test func aPullbackOfAnotherShapeStopsTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ramp([2]).geluPullback(ramp([3])) }
        await #expect(processExitsWith: .failure) { _ = ramp([]).softmax() }
    }
}
