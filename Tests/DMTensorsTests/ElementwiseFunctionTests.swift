import DMTensors
import DMTestSupport
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

/// A function of each element, the same function of a number, and where it is tried.
private struct Case: CustomTestStringConvertible, Sendable {
    let function: ElementFunction
    let range: ClosedRange<Double>
    let expected: @Sendable (Double) -> Double

    var testDescription: String { "\(function)" }

    init(_ function: ElementFunction, _ range: ClosedRange<Double>, _ expected: @escaping @Sendable (Double) -> Double) {
        self.function = function
        self.range = range
        self.expected = expected
    }

    static let all = [
        Case(.tangent, -1.5...1.5) { tan($0) },
        Case(.arcsine, -1...1) { asin($0) },
        Case(.arccosine, -1...0.99) { acos($0) },
        Case(.arctangent, -50...50) { atan($0) },
        Case(.hyperbolicSine, -20...20) { sinh($0) },
        Case(.hyperbolicCosine, -20...20) { cosh($0) },
        Case(.inverseHyperbolicSine, -50...50) { asinh($0) },
        Case(.inverseHyperbolicCosine, 1...50) { acosh($0) },
        Case(.inverseHyperbolicTangent, -0.99...0.99) { atanh($0) },
        Case(.errorFunction, -4...4) { erf($0) },
        Case(.leakyReLU(slope: 0.25), -9...9) { $0 > 0 ? $0 : 0.25 * $0 },
        Case(.elu(alpha: 1.5), -30...9) { $0 > 0 ? $0 : 1.5 * expm1($0) },
        Case(.selu(), -30...9) { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0)) },
        Case(.celu(alpha: 2), -30...9) { $0 > 0 ? $0 : 2 * expm1($0 / 2) },
        Case(.hardSigmoid(slope: 0.25, offset: 0.5), -9...9) { min(max(0.25 * $0 + 0.5, 0), 1) },
        Case(.hardSwish, -2.9...9) { $0 * min(max($0 / 6 + 0.5, 0), 1) },
        Case(.mish, -30...30) { $0 * tanh(log1p(exp($0))) },
        Case(.softplus, -80...80) { max($0, 0) + log1p(exp(-abs($0))) },
        Case(.softsign, -9...9) { $0 / (1 + abs($0)) },
        Case(.thresholdedReLU(threshold: 1.25), -9...9) { $0 > 1.25 ? $0 : 0 },
        Case(.shrink(threshold: 0.5, offset: 0.25), -9...9) { $0 < -0.5 ? $0 + 0.25 : $0 > 0.5 ? $0 - 0.25 : 0 },
        Case(.swish(), -30...30) { $0 / (1 + exp(-$0)) },
        Case(.swish(beta: 2), -9...9) { $0 / (1 + exp(-2 * $0)) },
        Case(.tanhGELU, -3...9) { $0 / (1 + exp(-2 * (2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) },
    ]
}

@Suite struct ElementFunctionTests {
    @Test(arguments: Case.all) private func agreesWithItsFormula(test: Case) {
        for count in [0, 1, 37, 3001] {
            let width = test.range.upperBound - test.range.lowerBound
            let x = (0..<count).map { Float(test.range.lowerBound + width * Double($0) / Double(max(1, count - 1))) }
            let single = Tensor(x).applying(test.function).scalars, double = Tensor(x.map(Double.init)).applying(test.function).scalars
            let wrong = (0..<count).filter { index in
                let expected = test.expected(Double(x[index])), size = max(abs(expected), 1e-30)
                return !(abs(Double(single[index]) - expected) <= 3e-6 * size && abs(double[index] - expected) <= 4e-14 * size)
            }
            #expect(wrong.isEmpty, "first of \(wrong.first.map { "\(x[$0]): \(single[$0]), \(double[$0])" } ?? "")")
        }
    }

    @Test func pullbacksAreSlopes() {
        let x = Tensor<Double>((0..<40).map { -0.97 + 0.0487 * Double($0) }), step = 1e-6
        for test in Case.all where test.range.lowerBound < 1 {
            let slope = ((x + step).applying(test.function) - (x - step).applying(test.function)) / (2 * step)
            #expect(isClose(x.pullback(of: Tensor(repeating: 1, shape: [40]), through: test.function), slope, 1e-5), "\(test.function)")
        }
    }

    @Test func noNumberStaysNone() {
        for test in Case.all {
            if case .thresholdedReLU = test.function { continue }
            if case .shrink = test.function { continue }
            if case .hardSigmoid = test.function { continue }
            #expect(Tensor<Float>(.nan).applying(test.function).scalar.isNaN, "\(test.function)")
        }
    }
}
