import DMDatasets
import DMLayers
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
print(model.parameterCount, "parameters")
