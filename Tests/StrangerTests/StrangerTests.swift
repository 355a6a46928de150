import DMAutograd
import DMDatasets
import DMDiffusion
import DMExperiments
import DMLayers
import DMOptimizers
import DMTensors
import DiffMatch
import Foundation
import Testing

/// A data set in memory: bright squares on dark ground.
struct Squares: SegmentationDataset, SegmentationSamples {
    let classNames = ["ground", "square"]
    let count = 32

    func image(at index: Int) -> Tensor<UInt8> {
        var random = RandomSource(seed: 1).split(UInt64(index))
        let values = square(at: index).flatMap { inside in
            (0..<3).map { _ in UInt8.random(in: inside ? 150...255 : 0...100, using: &random) }
        }
        return Tensor(values, shape: [32, 32, 3])
    }

    func labels(at index: Int) -> Tensor<UInt8>? { Tensor(square(at: index).map { $0 ? 1 : 0 }, shape: [32, 32]) }

    func samples(of part: DatasetPart) -> DatasetSubset<Squares> { subset(part == .training ? 0..<24 : 24..<32) }

    private func square(at index: Int) -> [Bool] {
        let (top, left) = (index * 7 % 20, index * 11 % 20)
        return (0..<32 * 32).map { (top..<top + 12).contains($0 / 32) && (left..<left + 12).contains($0 % 32) }
    }
}

/// An encoder of two convolutions.
struct SmallEncoder: FeatureEncoder {
    var fine: Convolution2D, coarse: Convolution2D
    var checkpointedStages: Set<Int> = []
    let channels = (lowLevel: 8, highLevel: 16)

    init(random: inout RandomSource) {
        fine = Convolution2D(inputs: 3, outputs: 8, kernel: 5, stride: 4, random: &random)
        coarse = Convolution2D(inputs: 8, outputs: 16, kernel: 3, stride: 2, random: &random)
    }

    func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> EncoderFeatures {
        let low = fine(images).relu()
        return EncoderFeatures(lowLevel: low, highLevel: coarse(low).relu())
    }

    mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&fine, "fine")
        visitor.visit(&coarse, "coarse")
    }
}

/// DiffMatch with a term of one's own: the labeled images once more, upside down.
struct WithFlippedImages: TrainingObjective {
    var base = SemiSupervisedObjective.diffMatch(pseudoLabels: PseudoLabelRule(threshold: 0.8, classBalancedFraction: 0.5))
    var diffusion: MaskDiffusion { base.diffusion }
    var adjustment: DebiasedAdjustment { base.adjustment }

    func terms(of batch: TrainingBatch, in context: StepContext) throws -> ObjectiveTerms {
        var terms = try base.terms(of: batch, in: context)
        let masks = Tensor<Int32>(converting: batch.labeled.masks)
        let flipped = LossTerm(.other("flipped"), batch.labeled.images.reversed(along: 1), targets: masks.reversed(along: 1), weight: 0.1)
        terms.passes.append([flipped])
        return terms
    }
}

/// A training as somebody else writes it: own data set, encoder, loss term and loop, without configuration or folder of runs.
@Suite("A training of one's own")
struct StrangerTests {
    let dataset = Squares()
    let data = SemiSupervisedBatches(
        Squares().samples(of: .training), partition: Partition(labeled: [0, 7, 9], unlabeled: Array(10..<24)),
        augmentation: .uniMatch(cropSize: 32), labeledBatchSize: 2, unlabeledBatchSize: 2, seed: 1)
    let trainer = Trainer(
        objective: WithFlippedImages(), optimizer: AdamW(), schedule: PolynomialDecay(initial: 0.01, steps: 40), emaDecay: 0.9, seed: 1)

    var start: TrainingState {
        var random = RandomSource(seed: 1)
        let encoder = SmallEncoder(random: &random)
        let head = SegmentationModel.HeadKind.denoiser(GenerativeHead.Shape(layers: 1, channels: 16, heads: 2, points: 2))
        return trainer.initialState(
            of: SegmentationModel(
                encoder: encoder, classCount: 2, head: head, channels: 16, lowLevelChannels: 8, rates: [1], random: &random))
    }

    @Test("learns in a loop of its own and finds what it has not seen")
    func learns() throws {
        var state = start
        let batches = data.prefetched(0..<40)
        while let batch = try batches.next() {
            let report = try trainer.step(&state, batch)
            #expect(report.losses[.other("flipped")] != nil && report.losses.strong.count == 2)
        }
        let evaluation = try Evaluation(of: trainer.predictor(of: state), on: dataset.samples(of: .validation))
        #expect(try #require(evaluation.prediction.mIoU) > 0.6)
        let image = dataset.image(at: 31)
        #expect(try trainer.predictor(of: state).predict(image).classes.shape == [1, 32, 32])
    }

    @Test("remembers its best weights, and ends bit-equal after a resumption")
    func resumes() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stranger-\(UUID().uuidString)").path
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        let validation = TrainingLoop.Validation(every: 2) { predictor in
            try Evaluation(of: predictor, on: Squares().samples(of: .validation)).prediction.mIoU ?? 0
        }
        func train(to steps: Int, from state: TrainingState) throws -> TrainingState {
            try TrainingLoop(trainer: trainer, batches: data, steps: steps, validation: validation).run(from: state)
        }

        let whole = try train(to: 6, from: start)
        #expect(whole.best.map { $0.step.isMultiple(of: 2) } == true)

        let half = try train(to: 3, from: start)
        let checkpoints = CheckpointFolder<TrainingState.Progress>(path: folder)
        try checkpoints.save(Checkpoint(step: half.step, arrays: half.arrays, state: half.progress))
        let saved = try #require(try checkpoints.latest()).checkpoint
        var resumed = start
        try resumed.restore(arrays: saved.arrays, progress: saved.state)
        resumed = try train(to: 6, from: resumed)
        #expect(resumed.arrays == whole.arrays)
        #expect(resumed.best == whole.best && resumed.prior == whole.prior)
    }
}
