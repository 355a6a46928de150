import DMLayers
import DMOptimizers
import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite struct OptimizerTests {
    /// What twenty steps of `torch.optim` give in double precision, with the same gradients and rates.
    private static let sgd: [Double] = [
        -0.7750173738378132, -0.4750710419622723, -0.32304530264322096, 0.7889503488198427, 0.6416402967704159,
    ]
    private static let adamW: [Double] = [
        -0.8350457599917215, -0.4625225653090533, -0.258230800515874, 0.7766357810208426, 0.7310143073500278,
    ]

    /// Two roundings to single precision in each of twenty steps.
    private static let tolerance = 40 * Double(Float.ulpOfOne)

    @Test func sgdTakesPyTorchsSteps() {
        let pair = trained(SGD(momentum: 0.9, weightDecay: 0.01)).0
        #expect(largestDifference(pair.first.value, Tensor(Self.sgd)) < Self.tolerance)
    }

    @Test func adamWTakesPyTorchsSteps() {
        let pair = trained(AdamW(weightDecay: 0.01)).0
        #expect(largestDifference(pair.first.value, Tensor(Self.adamW)) < Self.tolerance)
    }

    @Test func sgdIsItsFormula() {
        let pair = trained(SGD(momentum: 0.8, weightDecay: 0.1)).0
        var (p, v) = ([Double](repeating: 0.5, count: 6), [Double](repeating: 0, count: 6))
        for step in 0..<20 {
            let rate = 0.1 * pow(1 - Double(step) / 20, 0.9)
            for i in p.indices {
                v[i] = 0.8 * v[i] + Double((i * 3 + step * 5) % 7 - 3) / 4 + 0.1 * p[i]
                p[i] -= rate * v[i]
            }
        }
        #expect(largestDifference(pair.second.value, Tensor(p, shape: [2, 3])) < Self.tolerance)
    }

    @Test func adamWIsItsFormula() {
        let pair = trained(AdamW(betas: (0.8, 0.95), epsilon: 1e-3, weightDecay: 0.1)).0
        var p = [Double](repeating: 0.5, count: 6)
        var (m, s) = ([Double](repeating: 0, count: 6), [Double](repeating: 0, count: 6))
        for step in 0..<20 {
            let rate = 0.1 * pow(1 - Double(step) / 20, 0.9)
            for i in p.indices {
                let g = Double((i * 3 + step * 5) % 7 - 3) / 4
                m[i] = 0.8 * m[i] + 0.2 * g
                s[i] = 0.95 * s[i] + 0.05 * g * g
                let (first, second) = (m[i] / (1 - pow(0.8, Double(step + 1))), s[i] / (1 - pow(0.95, Double(step + 1))))
                p[i] -= rate * 0.1 * p[i]
                p[i] -= rate * first / (second.squareRoot() + 1e-3)
            }
        }
        #expect(largestDifference(pair.second.value, Tensor(p, shape: [2, 3])) < Self.tolerance)
    }

    @Test func eachParameterHasItsOwnRate() {
        for var optimizer in [SGD(), AdamW()] as [any Optimizer] {
            var pair = Pair()
            optimizer.update(&pair, along: pair.gradients(at: 0)) { $0 == "first" ? 0 : 0.1 }
            #expect(pair.first.value == Pair().first.value)
            #expect(pair.second.value != Pair().second.value)
        }
    }

    @Test func runningStatisticsAreNoParameters() {
        let pair = trained(SGD()).0
        #expect(pair.norm.statistics.variance == Tensor([1, 1]))
        #expect(pair.norm.weight.value != Tensor([1, 1]))
    }

    @Test func aStateThatIsPutBackGivesTheSameNextStep() {
        func check(_ make: () -> any Optimizer) {
            let straight = trained(make()).0
            let (half, optimizer) = trained(make(), steps: 0..<9)
            var resumed = make()
            resumed.state = optimizer.state
            #expect(resumed.state == optimizer.state)
            #expect(trained(resumed, from: half, steps: 9..<20).0.state == straight.state)
            #expect(trained(make(), from: half, steps: 9..<20).0.state != straight.state, "what is remembered matters")
            #expect(make().state.count == 0, "there is nothing to remember before the first step")
        }
        check { SGD(momentum: 0.9) }
        check { AdamW() }
    }

    /// A `Float` holds no odd number past 2^24.
    @Test(
        arguments: [
            [16_777_214], [16_777_215], [16_777_216], [0, 1], [1, 1], [16_777_215, 1], [16_777_215, 5],
        ] as [[Float]])
    func adamWCountsItsStepsPastTwoToTheTwentyFour(written: [Float]) throws {
        let before = Int(written[0]) + (written.count > 1 ? Int(written[1]) << 24 : 0)
        var state = trained(AdamW(), steps: 0..<3).1.state
        state["step"] = Tensor(written)
        var optimizer = AdamW()
        optimizer.state = state
        for taken in 1...3 {
            var pair = Pair()
            optimizer.update(&pair, along: pair.gradients(at: taken), learningRate: 0.1)
            let steps = try #require(optimizer.state["step"]).scalars.map(Int.init)
            #expect(steps == (before + taken < 1 << 24 ? [before + taken] : [(before + taken) % (1 << 24), (before + taken) >> 24]))
            var resumed = AdamW()
            resumed.state = optimizer.state
            #expect(resumed.state == optimizer.state)
        }
    }

    /// As checkpoints have always held it.
    @Test func adamWWritesItsStepAsOneNumberBelowTwoToTheTwentyFour() {
        #expect(trained(AdamW(), steps: 0..<7).1.state["step"] == Tensor([7]))
    }

    @Test(arguments: OptimizerMistake.byMessage.keys.sorted())
    func aStateThatDoesNotFitStopsTheProgram(_ expected: String) async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [expected] in
            OptimizerMistake.byMessage[expected]?()
        }
        #expect(message(result.standardErrorContent).contains(expected))
    }

    @Test func aConformanceOfOnesOwnTrains() {
        let pair = trained(GradientDescent()).0
        var first = Pair().first.value
        for step in 0..<20 { first -= Pair().gradients(at: step)[0] * PolynomialDecay(initial: 0.1, steps: 20)(step) }
        #expect(pair.first.value == first)
    }

    @Test func clippingKeepsTheDirection() {
        let values = ParameterValues([("a", Tensor<Float>([3, 0])), ("b", Tensor<Float>([[4]].flatMap { $0 }, shape: [1, 1]))])
        #expect(values.norm == 5)
        #expect(values.clipped(toNorm: 5) == values)
        #expect(values.clipped(toNorm: 9) == values)
        let clipped = values.clipped(toNorm: 2.5)
        #expect(clipped.names == ["a", "b"])
        #expect(clipped["a"] == Tensor([1.5, 0]))
        #expect(clipped["b"] == Tensor([2], shape: [1, 1]))
        #expect(values.zeros.clipped(toNorm: 1) == values.zeros)
        #expect(values.zeros.names == values.names && values.zeros.norm == 0)
    }

    @Test func gradientsOfAnotherModuleStopTheProgram() async throws {
        let sgd = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var (pair, optimizer) = (Pair(), SGD())
            optimizer.update(&pair, along: ParameterValues([("first", Tensor(repeating: 1, shape: [4]))]), learningRate: 1)
        }
        #expect(message(sgd.standardErrorContent).contains("the gradients are of another module: expected first [5], found first [4]"))
        let adamW = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var (pair, optimizer) = (Pair(), AdamW())
            optimizer.update(&pair, along: ParameterValues([("first", Tensor(repeating: 1, shape: [5]))]), learningRate: 1)
        }
        #expect(message(adamW.standardErrorContent).contains("the gradients are of another module: expected second [2, 3], found no more"))
    }
}

/// The example of the documentation.
private struct GradientDescent: Optimizer {
    var state = ParameterValues()

    mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: (String) -> Float) {
        model.updateParameters { parameter, name, index in parameter -= gradients[index] * learningRate(name) }
    }
}

/// States that are handed to an optimizer that they are not of, each under what the message says.
private enum OptimizerMistake {
    static let byMessage: [String: @Sendable () -> Void] = [
        "the optimizer's state is of another module: expected first [5], found other [5]": {
            step(SGD(), with: [("other", [5]), ("second", [2, 3])])
        },
        "the optimizer's state is of another module: expected second [2, 3], found second [3, 2]": {
            step(SGD(), with: [("first", [5]), ("second", [3, 2])])
        },
        "the optimizer's state is of another module: expected norm.bias [2], found no more": {
            step(SGD(), with: [("first", [5]), ("second", [2, 3]), ("norm.weight", [2])])
        },
        "the optimizer's state is of another module: expected no more, found third [1]": {
            step(SGD(), with: [("first", [5]), ("second", [2, 3]), ("norm.weight", [2]), ("norm.bias", [2]), ("third", [1])])
        },
        "the optimizer's state is of another module: expected first [5], found first [4]": {
            step(AdamW(), with: [("step", [1]), ("m.first", [4]), ("s.first", [4])])
        },
        "the optimizer's state is of another module: expected first [5], found step [1]": {
            step(SGD(), with: [("step", [1]), ("m.first", [5]), ("s.first", [5])])
        },
        "this is no state of AdamW: expected 'step', 'm.' and 's.', found first [5]": { step(AdamW(), with: [("first", [5])]) },
        "this is no state of AdamW: there is no 'step'": { step(AdamW(), with: [("m.first", [5]), ("s.first", [5])]) },
        "this is no state of AdamW: the first moments are of [\"first\"], the second of []": {
            step(AdamW(), with: [("step", [1]), ("m.first", [5])])
        },
        "this is no state of AdamW: expected one or two whole numbers as 'step', found [0.5] of shape [1]": {
            var optimizer = AdamW()
            optimizer.state = ParameterValues([("step", Tensor([0.5]))])
        },
        "the gradients are of another module: expected no more, found third [1]": {
            var (pair, optimizer) = (Pair(), AdamW())
            var gradients = pair.gradients(at: 0)
            gradients.append("third", Tensor([1]))
            optimizer.update(&pair, along: gradients, learningRate: 1)
        },
    ]

    private static func step(_ optimizer: some Optimizer, with state: [(name: String, shape: [Int])]) {
        var (pair, optimizer) = (Pair(), optimizer)
        optimizer.state = ParameterValues(state.map { (name: $0.name, value: Tensor(repeating: 1, shape: $0.shape)) })
        optimizer.update(&pair, along: pair.gradients(at: 0), learningRate: 1)
    }
}
