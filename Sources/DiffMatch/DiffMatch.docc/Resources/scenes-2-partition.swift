import DMDatasets

let scenes = BuiltInScenes(seed: 1)
let training = scenes.samples(of: .training)
print(training.count, scenes.classNames)

let split = try NestedSplit(of: training, classCount: scenes.classNames.count, seed: 1)
let partition = split.partition(fraction: 1 / 16)
print(partition.labeled.count, "labeled,", partition.unlabeled.count, "unlabeled")
