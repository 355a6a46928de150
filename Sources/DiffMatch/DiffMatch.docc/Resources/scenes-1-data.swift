import DMDatasets
import DMTensors

let scenes = BuiltInScenes(seed: 1)
let training = scenes.samples(of: .training)
print(training.count, scenes.classNames)
print(training.sample(at: 0).image.shape)
