import DMDatasets
import DMLayers
import DMOptimizers
import DMTensors
import DiffMatch

let scenes = BuiltInScenes(seed: 1)
let training = scenes.samples(of: .training)
print(training.count, scenes.classNames)

let split = try NestedSplit(of: training, classCount: scenes.classNames.count, seed: 1)
let partition = split.partition(fraction: 1 / 16)
print(partition.labeled.count, "labeled,", partition.unlabeled.count, "unlabeled")

let batches = SemiSupervisedBatches(
    training, partition: partition, augmentation: .uniMatch(cropSize: 96), labeledBatchSize: 8, unlabeledBatchSize: 8, seed: 1)

var random = RandomSource(seed: 1)
let model = SegmentationModel(
    encoder: CompactEncoder(width: 32, random: &random), classCount: scenes.classNames.count, head: .denoiser(), channels: 64,
    lowLevelChannels: 16, rates: [2, 4, 6], random: &random)

let steps = 200
let trainer = Trainer(
    objective: .diffMatch(), optimizer: AdamW(), schedule: PolynomialDecay(initial: 0.003, steps: steps), emaDecay: 0.99, seed: 1)
var state = trainer.initialState(of: model)
let prefetched = batches.prefetched(0..<steps)
while let batch = try prefetched.next() {
    let report = try trainer.step(&state, batch)
    if report.step % 20 == 0 { print("step \(report.step): loss \(report.losses.total)") }
}

let evaluation = try Evaluation(of: trainer.predictor(of: state), on: scenes.samples(of: .validation))
for (name, iou) in zip(scenes.classNames, evaluation.prediction.intersectionOverUnion) { print(name, iou ?? 0) }
print("mIoU", evaluation.prediction.mIoU ?? 0)
