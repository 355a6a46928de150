import DMDatasets
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
let batch = try batches.batch(at: 0)
print(batch.labeled.images.shape)
