import DMDiffusion
import DMTensors
import Foundation
import Testing

@Suite("The debiased adjustment")
struct DebiasedAdjustmentTests {
    private let prior: ClassPrior = {
        var prior = ClassPrior(classCount: 3)
        prior.update(labeledCounts: [80, 15, 5])
        return prior
    }()

    @Test("shifts by the logarithm of the ratio")
    func shiftsByTheLogarithmOfTheRatio() throws {
        let shift = try DebiasedAdjustment(mode: .sampling).samplingShift(against: prior, at: 0.5)
        for (shift, probability) in zip(shift.scalars, prior.probabilities) {
            #expect(abs(Double(shift) - log(1 / (3 * probability))) < 1e-6)
        }
    }

    @Test("training shifts the other way")
    func trainingShiftsTheOtherWay() throws {
        let sampling = try DebiasedAdjustment(mode: .sampling, strength: 0.7).samplingShift(against: prior, at: 0.5)
        let training = try DebiasedAdjustment(mode: .training, strength: 0.7).trainingShift(against: prior)
        #expect(training == -sampling)
    }

    @Test("strength scales the shift", arguments: [0, 0.25, 0.5, 2])
    func strengthScalesTheShift(strength: Double) throws {
        let full = try DebiasedAdjustment(mode: .sampling).samplingShift(against: prior, at: 0.5)
        let scaled = try DebiasedAdjustment(mode: .sampling, strength: strength).samplingShift(against: prior, at: 0.5)
        #expect(largestDifference(scaled, full * Float(strength)) < 1e-6)
    }

    @Test("time weight scales the shift")
    func timeWeightScalesTheShift() throws {
        let constant = DebiasedAdjustment(mode: .sampling)
        let weighted = DebiasedAdjustment(mode: .sampling, timeWeight: .time)
        let full = try constant.samplingShift(against: prior, at: 0.1)
        #expect(try constant.samplingShift(against: prior, at: 0.9) == full)
        #expect(largestDifference(try weighted.samplingShift(against: prior, at: 0.25), full * 0.25) < 1e-6)
    }

    @Test("a given target is reached")
    func aGivenTargetIsReached() throws {
        let target = DebiasedAdjustment.Target.given([1, 1, 2])
        let shift = try DebiasedAdjustment(mode: .sampling, target: target).samplingShift(against: prior, at: 0.5)
        let adjusted = zip(shift.scalars, prior.probabilities).map { exp(Double($0)) * $1 }
        for (adjusted, wanted) in zip(adjusted, [0.25, 0.25, 0.5]) { #expect(abs(adjusted - wanted) < 1e-6) }
    }

    @Test("an absent class is not lifted without bounds")
    func anAbsentClassIsNotLiftedWithoutBounds() throws {
        var prior = ClassPrior(classCount: 3)
        prior.update(labeledCounts: [600, 400, 0])
        let capped = try DebiasedAdjustment(mode: .sampling).samplingShift(against: prior, at: 0.5)
        #expect(capped[2].scalar == 3)
        // Smoothing alone leaves log(1/3) - log(1e-3/3) = log(1000).
        let free = DebiasedAdjustment(mode: .sampling, maximumShift: .infinity)
        #expect(abs(try free.samplingShift(against: prior, at: 0.5)[2].scalar - Float(log(1000.0))) < 1e-5)
        // Logits that put the first class five nats ahead keep it first.
        let logits = Tensor<Float>([5, 0, 0])
        #expect((logits + capped).argmax(along: 0).scalar == 0)
        #expect((logits + (try free.samplingShift(against: prior, at: 0.5))).argmax(along: 0).scalar == 2)
    }

    /// Sampling and training never shift both: that would count twice.
    @Test("each mode shifts in its own place alone")
    func eachModeShiftsInItsOwnPlaceAlone() throws {
        let zeros = Tensor<Float>([0, 0, 0])
        #expect(try DebiasedAdjustment(mode: .training).samplingShift(against: prior, at: 0.5) == zeros)
        #expect(try DebiasedAdjustment(mode: .sampling).trainingShift(against: prior) == zeros)
    }

    @Test("off shifts nothing")
    func offShiftsNothing() throws {
        let zeros = Tensor<Float>([0, 0, 0])
        #expect(try DebiasedAdjustment.off.samplingShift(against: prior, at: 0.5) == zeros)
        #expect(try DebiasedAdjustment.off.trainingShift(against: prior) == zeros)
    }

    @Test("a target that does not fit is refused")
    func aTargetThatDoesNotFitIsRefused() {
        #expect(throws: DebiasedAdjustmentError.targetCount(expected: 3, found: 2)) {
            try DebiasedAdjustment(mode: .sampling, target: .given([1, 1])).samplingShift(against: prior, at: 0.5)
        }
        #expect(throws: DebiasedAdjustmentError.targetWeight(label: 1, found: 0)) {
            try DebiasedAdjustment(mode: .training, target: .given([1, 0, 1])).trainingShift(against: prior)
        }
    }

    @Test("scope chooses the use")
    func scopeChoosesTheUse() {
        let scopes = DebiasedAdjustment.Scope.allCases.map { DebiasedAdjustment(mode: .sampling, appliesTo: $0) }
        #expect(scopes.map { $0.shiftsSampling(for: .teacher) } == [true, false, true])
        #expect(scopes.map { $0.shiftsSampling(for: .prediction) } == [false, true, true])
        #expect(!DebiasedAdjustment(mode: .training).shiftsSampling(for: .teacher))
    }

    @Test("survives coding")
    func survivesCoding() throws {
        let adjustment = DebiasedAdjustment(
            mode: .sampling, strength: 0.5, timeWeight: .time, target: .given([1, 2]), appliesTo: .teacher, maximumShift: 2)
        let decoded = try JSONDecoder().decode(DebiasedAdjustment.self, from: JSONEncoder().encode(adjustment))
        #expect(decoded == adjustment)
    }
}
