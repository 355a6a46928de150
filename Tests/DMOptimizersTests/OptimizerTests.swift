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
