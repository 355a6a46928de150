import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite struct HardPixelFactorsTests {
    /// Losses of three images of 5 x 7 pixels, the last of which is not mined, and targets with some that are ignored.
    private static let shape = [3, 5, 7]
    private static let losses = Tensor((0..<105).map { Float(($0 * 37) % 101) / 50 }, shape: shape)
    private static let targets = Tensor((0..<105).map { $0 % 6 == 0 ? Int32(255) : Int32($0 % 4) }, shape: shape)

    @Test(arguments: [1, 10, 40, 57, 58, 70, 200]) func factorsAreThoseOfAPlainLoop(count: Int) {
        let factors = OnlineHardExampleMining(minimumCount: count).factors(losses: Self.losses, targets: Self.targets, images: 0..<2)
        let (losses, targets) = (Self.losses.scalars, Self.targets.scalars)
        let valid = (0..<70).filter { targets[$0] != 255 }
        let probabilities = valid.map { exp(-losses[$0]) }.sorted()
        let limit = count >= valid.count ? 1 : max(0.7, probabilities[count - 1])
        // The limit is a pixel's own probability: rounding must not lose that pixel.
        let hard = valid.filter { exp(-losses[$0]) <= limit + 1e-6 }
        #expect(hard.count >= min(count, valid.count))
        for (pixel, factor) in factors.scalars.enumerated() {
            if pixel >= 70 {
                #expect(factor == 1)
            } else if targets[pixel] != 255 {
                #expect(factor == (hard.contains(pixel) ? Float(valid.count) / Float(hard.count) : 0), "pixel \(pixel)")
            }
        }
        let mined = valid.reduce(Float(0)) { $0 + losses[$1] * factors.scalars[$1] } / Float(valid.count)
        let mean = hard.reduce(Float(0)) { $0 + losses[$1] } / Float(hard.count)
        #expect(abs(mined - mean) < 1e-5)
    }

    @Test func withoutValidPixelsNothingIsDivided() {
        let ignored = Tensor<Int32>(repeating: 255, shape: [1, 2, 2])
        let factors = OnlineHardExampleMining(minimumCount: 3).factors(
            losses: Tensor(repeating: 0, shape: [1, 2, 2]), targets: ignored, images: 0..<1)
        #expect(factors.scalars.allSatisfy { $0.isFinite })
    }

    @Test func onlyWhatIsNotHardIsLeftOutAndOnlyOfLabeledImages() throws {
        func reports(_ assignment: String, method: TrainingMethod, steps: Int) throws -> [StepReport] {
            let settings = try tiny(method, "pseudoLabels.threshold=0", "training.steps=60", "optimizer.learningRate=0.01", assignment)
            return try trained(settings, steps: steps).reports
        }
        // Nothing is sure at first: every pixel is hard.
        let (all, hard) = try (
            reports("training.ohemMinimumKept=0", method: .unimatch, steps: 1),
            reports("training.ohemMinimumKept=1", method: .unimatch, steps: 1)
        )
        #expect(abs(all[0].losses.labeled - hard[0].losses.labeled) < 1e-6)
        #expect(all[0].losses.strong == hard[0].losses.strong && all[0].losses.featureDropout == hard[0].losses.featureDropout)
        // Later, sure pixels are left out, unless more are asked for than there are.
        let (later, mined, unbounded) = try (
            reports("training.ohemMinimumKept=0", method: .supervised, steps: 40),
            reports("training.ohemMinimumKept=1", method: .supervised, steps: 40),
            reports("training.ohemMinimumKept=1000000", method: .supervised, steps: 40)
        )
        #expect(later.map(\.losses) == unbounded.map(\.losses))
        #expect(later.map(\.losses) != mined.map(\.losses))
    }
}
