import DMTensors
import Foundation
import Testing

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
