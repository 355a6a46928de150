import DMAutograd
import DMDatasets
import DMDiffusion
import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DMTestSupport
import DiffMatch
import Foundation
import Testing

@Suite struct LossTests {
    /// The factors of L_x, L_s1, L_s2 and L_fp, halved where unlabeled images take part.
    private static func total(_ losses: StepLosses, _ method: TrainingMethod, unlabeled factor: Float = 1) throws -> Float {
        switch method {
        case .supervised, .supervisedDiffusion: return losses.labeled
        case .fixmatch: return (losses.labeled + factor * losses.strong[0]) / 2
        case .unimatch, .diffmatch:
            let dropout = try #require(losses.featureDropout)
            return (losses.labeled + factor * (0.25 * losses.strong[0] + 0.25 * losses.strong[1] + 0.5 * dropout)) / 2
        }
    }

    @Test(arguments: TrainingMethod.allCases) func theTotalIsTheWeightedSum(method: TrainingMethod) throws {
        let reports = try trained(try tiny(method, "training.auxiliaryLossWeight=0"), steps: 2).reports
        for losses in reports.map(\.losses) {
            #expect(losses.labeled > 0.1)
            #expect(losses.strong.count == (method == .fixmatch ? 1 : method.usesUnlabeled ? 2 : 0))
            #expect((losses.featureDropout != nil) == (method == .unimatch || method == .diffmatch))
            #expect(losses.strong.allSatisfy { $0 > 0 }, "some pseudo-labels count")
            let expected = try Self.total(losses, method)
            #expect(abs(losses.total - expected) < 1e-5 * expected)
        }
    }

    @Test(arguments: [("rampUp", [Float(0), 0.5, 1, 1]), ("rampDown", [1, 1, 1, 0.5])])
    func unlabeledLossesRamp(setting: String, factors: [Float]) throws {
        let reports = try trained(try tiny(.unimatch, "training.steps=4", "pseudoLabels.\(setting)=0.5"), steps: 4).reports
        for (report, factor) in zip(reports, factors) {
            let expected = try Self.total(report.losses, .unimatch, unlabeled: factor)
            #expect(abs(report.losses.total - expected) < 1e-5 * expected)
        }
    }

    /// Fewer strong views share the weight of two; without any it goes to the weak view, in the pass of the labeled images.
    @Test(arguments: [0, 1], ["weak", "strong"]) func strongViewsMayBeLeftOut(count: Int, dropout: String) throws {
        let settings = try tiny(
            .diffmatch, "augmentation.strongViews=\(count)", "augmentation.featureDropoutViews=\(dropout)", "training.steps=2",
            "training.auxiliaryLossWeight=0")
        for losses in try trained(settings, steps: 2).reports.map(\.losses) {
            #expect(losses.strong.count == count && losses.strong.allSatisfy { $0 > 0 })
            let weak = losses.featureDropout ?? 0
            let unlabeled =
                switch (count, dropout) {
                case (0, _): weak
                case (_, "weak"): 0.5 * losses.strong[0] + 0.5 * weak
                default: losses.strong[0]
                }
            #expect((losses.featureDropout == nil) == (count == 1 && dropout == "strong"))
            let expected = (losses.labeled + unlabeled) / 2
            #expect(abs(losses.total - expected) < 1e-5 * expected)
        }
        #expect(try ExperimentData(settings).batch(at: 0).unlabeled?.strong.count == count)
    }

    @Test func unsurePixelsCountAsZeros() throws {
        let reports = try trained(try tiny(.unimatch, "pseudoLabels.threshold=1"), steps: 1).reports
        #expect(reports[0].losses.strong == [0, 0])
        #expect(reports[0].losses.featureDropout == 0)
        #expect(reports[0].coverage == 0)
    }

    @Test func theLabeledLossIsTheMeanCrossEntropy() throws {
        let configuration = try tiny(.supervised)
        let batch = try ExperimentData(configuration).batch(at: 0)
        let trainer = configuration.makeTrainer()
        var state = configuration.initialState()
        guard case .classifier(let classifier) = state.student.head else {
            Issue.record("the head of supervised training is a classifier")
            return
        }
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        let features = state.student.features(of: batch.labeled.images, &context)
        let logits = classifier(features).value.resized(height: 32, width: 32, alignsCorners: true)
        let logProbabilities = logits.logSoftmax().scalars
        let masks = batch.labeled.masks.scalars
        #expect(batch.labeled.masks.shape == [4, 32, 32], "twice the batch, as without unlabeled images")
        let valid = masks.indices.filter { masks[$0] != 255 }
        let expected = valid.reduce(0.0) { $0 - Double(logProbabilities[$1 * 5 + Int(masks[$1])]) } / Double(valid.count)
        let report = try trainer.step(&state, batch)
        #expect(abs(Double(report.losses.labeled) - expected) < 1e-5)
        #expect(abs(report.losses.total - report.losses.labeled) < 1e-6 * report.losses.total)
    }

    /// With logits that are the same everywhere, the loss is known: CE(l + tau (log q - log q*), y).
    @Test(arguments: [DebiasedAdjustment.Mode.off, .sampling, .training])
    func theAdjustmentShiftsTheLossInTrainingAlone(mode: DebiasedAdjustment.Mode) throws {
        let configuration = try tiny(.supervisedDiffusion, "debias.mode=\(mode.rawValue)", "debias.strength=0.7")
        let batch = try ExperimentData(configuration).batch(at: 0)
        let trainer = configuration.makeTrainer()
        var state = configuration.initialState()
        state.prior.update(labeledCounts: [60, 20, 10, 8, 2])
        let logits = [0.3, -0.2, 0.1, 0.5, -0.4]
        state.student.updateParameters { value, name, _ in
            if name.hasSuffix("conv_seg.weight") { value = Tensor(repeating: 0, shape: value.shape) }
            if name.hasSuffix("conv_seg.bias") { value = Tensor(logits.map { Float($0) }) }
        }
        let q = state.prior.probabilities
        let tau = mode == .training ? 0.7 : 0
        let shifted = zip(logits, q).map { $0 + tau * (log($1) - log(1.0 / 5)) }
        let logSum = log(shifted.reduce(0) { $0 + exp($1) })
        let labels = batch.labeled.masks.scalars.filter { $0 != 255 }.map { Int($0) }
        let expected = labels.reduce(0.0) { $0 + logSum - shifted[$1] } / Double(labels.count)
        let report = try trainer.step(&state, batch)
        #expect(abs(Double(report.losses.labeled) - expected) < 1e-4)
    }

    /// An auxiliary classifier that answers the same everywhere has a known loss, which the total alone contains.
    @Test func theAuxiliaryLossIsInTheTotal() throws {
        let configuration = try tiny(.supervisedDiffusion, "training.auxiliaryLossWeight=0.25")
        let batch = try ExperimentData(configuration).batch(at: 0)
        let trainer = configuration.makeTrainer()
        var state = configuration.initialState()
        let logits = [0.3, -0.2, 0.1, 0.5, -0.4]
        var found = 0
        state.student.updateParameters { value, name, _ in
            guard name.contains(".auxiliary.") else { return }
            found += 1
            value = name.hasSuffix("bias") ? Tensor(logits.map { Float($0) }) : Tensor(repeating: 0, shape: value.shape)
        }
        #expect(found == 2)
        let logSum = log(logits.reduce(0) { $0 + exp($1) })
        let labels = batch.labeled.masks.scalars.filter { $0 != 255 }.map { Int($0) }
        let auxiliary = labels.reduce(0.0) { $0 + logSum - logits[$1] } / Double(labels.count)
        let losses = try trainer.step(&state, batch).losses
        #expect(abs(Double(losses.total) - Double(losses.labeled) - 0.25 * auxiliary) < 1e-4)
    }

    @Test func noAuxiliaryClassifierWithoutWeight() throws {
        let names = try tiny(.diffmatch, "training.auxiliaryLossWeight=0").initialState().student.parameters.names
        #expect(!names.contains { $0.contains("auxiliary") })
    }

    @Test func theAdjustmentShiftsSamplingInItsModeAlone() throws {
        let images = try ExperimentData(try tiny(.diffmatch)).images(of: .validation, at: 0..<2).images
        var prior: [Double] = []
        func probabilities(_ mode: DebiasedAdjustment.Mode) throws -> Tensor<Float> {
            let configuration = try tiny(
                .diffmatch, "debias.mode=\(mode.rawValue)", "debias.strength=1", "debias.appliesTo=prediction")
            let trainer = configuration.makeTrainer()
            var state = configuration.initialState()
            state.prior.update(labeledCounts: [60, 20, 10, 8, 2])
            prior = state.prior.probabilities
            // A network that finds all classes alike.
            state.ema.updateParameters { value, name, _ in
                if name.contains("conv_seg.") { value = Tensor(repeating: 0, shape: value.shape) }
            }
            return try trainer.predictor(of: state).predict(images, random: RandomSource(seed: 1)).probabilities
        }
        let off = try probabilities(.off)
        #expect(try probabilities(.training) == off, "raw logits are what was trained without bias")
        let weights = prior.map { 1 / $0 }
        let expected = Tensor(weights.map { $0 / weights.reduce(0, +) }).broadcast(to: off.shape)
        let adjusted = try probabilities(.sampling)
        #expect(largestDifference(adjusted, expected) < 1e-5, "p q* / q, normalized")
    }
}
