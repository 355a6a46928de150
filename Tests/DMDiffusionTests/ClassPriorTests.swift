import DMDiffusion
import DMTensors
import Foundation
import Testing

@Suite("The class prior")
struct ClassPriorTests {
    @Test("is uniform at first")
    func isUniformAtFirst() {
        let prior = ClassPrior(classCount: 4)
        #expect(prior.probabilities.allSatisfy { abs($0 - 0.25) < 1e-15 })
        #expect(prior.updateCount == 0)
    }

    @Test("first update replaces the start")
    func firstUpdateReplacesTheStart() {
        var prior = ClassPrior(classCount: 2)
        prior.update(labeledCounts: [3, 1])
        #expect(prior.average == [0.75, 0.25])
        #expect(abs(prior.probabilities[0] - (0.999 * 0.75 + 0.0005)) < 1e-15)
    }

    @Test("labeled and pseudo-labeled pixels count half each")
    func labeledAndPseudoLabeledPixelsCountHalfEach() {
        var prior = ClassPrior(classCount: 3)
        let labeled = Tensor<Int32>([0, 0, 1, 255], shape: [1, 2, 2])
        let pseudoLabeled = Tensor<Int32>([2, 2, 2, 2, 2, 2, 1, 1, 255, 255], shape: [2, 1, 5])
        prior.update(labeled: labeled, pseudoLabeled: pseudoLabeled)
        for (share, expected) in zip(prior.average, [2.0 / 6, 1.0 / 6 + 1.0 / 8, 3.0 / 8]) { #expect(abs(share - expected) < 1e-15) }
    }

    @Test("one sort alone counts in full")
    func oneSortAloneCountsInFull() {
        let nothing = Tensor<Int32>([255, 255], shape: [1, 1, 2])
        let ones = Tensor<Int32>([1, 1], shape: [1, 1, 2])
        var (first, second, third) = (ClassPrior(classCount: 2), ClassPrior(classCount: 2), ClassPrior(classCount: 2))
        first.update(labeled: ones, pseudoLabeled: nothing)
        second.update(labeled: nothing, pseudoLabeled: ones)
        third.update(labeled: nothing, pseudoLabeled: nothing)
        #expect(first.average == [0, 1] && second.average == [0, 1])
        #expect(third == ClassPrior(classCount: 2))
    }

    @Test("moving average against a plain loop")
    func movingAverageAgainstAPlainLoop() {
        var (prior, random) = (ClassPrior(classCount: 5), RandomSource(seed: 9))
        var expected = [Double](repeating: 0, count: 5)
        for update in 0..<1500 {
            // The distribution drifts, so that the momentum shows.
            let counts = (0..<5).map { Int(random.nextUInt32() % 50) + $0 * update }
            prior.update(labeledCounts: counts)
            let momentum = update < 999 ? Double(update) / Double(update + 1) : 0.999
            let total = Double(counts.reduce(0, +))
            for label in 0..<5 { expected[label] = momentum * expected[label] + (1 - momentum) * Double(counts[label]) / total }
        }
        #expect(prior.updateCount == 1500)
        for (share, expected) in zip(prior.average, expected) { #expect(abs(share - expected) < 1e-12) }
        #expect(abs(prior.probabilities.reduce(0, +) - 1) < 1e-12)
    }

    @Test("survives coding")
    func survivesCoding() throws {
        var prior = ClassPrior(classCount: 3)
        prior.update(labeledCounts: [1, 2, 4])
        let decoded = try JSONDecoder().decode(ClassPrior.self, from: JSONEncoder().encode(prior))
        #expect(decoded == prior)
    }

    @Test("stops at counts of other classes")
    func stopsAtCountsOfOtherClasses() async {
        await #expect(processExitsWith: .failure) {
            var prior = ClassPrior(classCount: 3)
            prior.update(labeledCounts: [1, 2])
        }
    }
}
