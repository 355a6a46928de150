import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMLayers
import DMTensors
import DMTestSupport
import DiffMatch
import Foundation
import Testing

@Suite struct TrainedModelTests {
    @Test func isTheAverageOfTheNewestCheckpoint() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.diffmatch)
            let report = try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            let model = try TrainedModel(checkpoint: folder)
            #expect(model.configuration == configuration)
            let arrays = try CheckpointFolder<CheckpointState>.find(at: folder).checkpoint.arrays
            #expect(model.predictor.model.state == arrays.removing(prefix: "average."))
            #expect(model.predictor.model.state != arrays.removing(prefix: "student."))
            #expect(try model.evaluate(on: .test) == report)
            #expect(report.samplingSteps.count == 3)
            #expect(model.classNames.count == 5)

            let one = try TrainedModel(checkpoint: folder, assignments: ["diffusion.samplingSteps=1"])
            let changed = try one.evaluate(on: .test)
            #expect(changed.samplingSteps.count == 1)
            #expect(changed.changedSettings == ["diffusion.samplingSteps": "1"] && report.changedSettings == nil)
            #expect(throws: ParameterMismatch.self) { try TrainedModel(checkpoint: folder, assignments: ["decoder.channels=16"]) }
            #expect(throws: ExperimentError.settingDiffers(key: "dataset.classes", saved: "5", given: "6")) {
                try TrainedModel(checkpoint: folder, assignments: ["dataset.classes=6"])
            }
            #expect(throws: ConfigurationError.self) { try TrainedModel(checkpoint: folder, assignments: ["difusion.scale=1"]) }
        }
    }

    /// The windows lie at 0 and 9 of 41 rows: what is above the second is the first's alone.
    @Test func predictsByWindowsWhereItIsMeasuredByThem() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(
                .supervised, "training.steps=1", "training.evaluateEvery=0", "evaluation.mode=sliding-window")
            try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            let image = Tensor<UInt8>((0..<41 * 32 * 3).map { UInt8($0 % 251) }, shape: [41, 32, 3])
            let byWindows = try TrainedModel(checkpoint: folder).predict(image).probabilities
            let whole = try TrainedModel(checkpoint: folder, assignments: ["evaluation.mode=original"])
            func rows(_ x: Tensor<Float>, _ from: Int, _ to: Int) -> Tensor<Float> { x.sliced(along: 1, from: from, to: to) }
            let first = try whole.predict(image.sliced(along: 0, from: 0, to: 32)).probabilities
            #expect(rows(byWindows, 0, 9) == rows(first, 0, 9))
            #expect(byWindows != (try whole.predict(image).probabilities))
        }
    }

    /// The network sees half the rows and columns; borders between classes are found in between.
    @Test(arguments: [TrainingMethod.supervised, .diffmatch]) func predictsAtTheScaleAtWhichItIsMeasured(method: TrainingMethod) throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(method, "training.steps=1", "training.evaluateEvery=0")
            try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            let image = Tensor<UInt8>((0..<82 * 64 * 3).map { UInt8($0 % 251) }, shape: [82, 64, 3])
            let half = try TrainedModel(checkpoint: folder, assignments: ["evaluation.scale=0.5"]).predict(image)
            let whole = try TrainedModel(checkpoint: folder)
            let shrunk = ImageNormalization.imageNet.normalized(image.resampled(height: 41, width: 32))
            let seen = try whole.predictor.predict(stacked([shrunk]), random: RandomSource(seed: configuration.seed).split(4))
            #expect(seen.probabilities.shape == [1, 41, 32, 5])
            #expect(half.probabilities.shape == [1, 82, 64, 5])
            let expected = seen.probabilities.log().resized(height: 82, width: 64, alignsCorners: false).softmax()
            #expect(largestDifference(half.probabilities, Tensor<Double>(converting: expected)) < 1e-5)
            if method == .diffmatch {
                #expect(half.classes(afterStep: 2).shape == [1, 82, 64])
                #expect(seen.classes(afterStep: 2).shape == [1, 41, 32])
            }
        }
    }

    /// The teacher is the network that is evaluated; with batches of one size it draws the same noise.
    @Test func showsWhatItWouldTeach() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.diffmatch, "debias.mode=off", "evaluation.batchSize=2", "training.batchSize=2")
            try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            func model(_ assignments: String...) throws -> TrainedModel { try TrainedModel(checkpoint: folder, assignments: assignments) }
            let all = try model("pseudoLabels.threshold=0").pseudoLabelQuality(on: .test)
            let report = try model().evaluate(on: .test)
            let confusion = try #require(report.confusion)
            for result in all.classes {
                let index = try #require(report.classes.firstIndex { $0.name == result.name })
                let (pixels, given) = (confusion[index].reduce(0, +), confusion.reduce(0) { $0 + $1[index] })
                let right = Double(confusion[index][index])
                #expect(result.recall == (pixels == 0 ? nil : right / Double(pixels)))
                #expect(result.precision == (given == 0 ? nil : right / Double(given)))
                if let taught = result.recall, let wrong = result.mislabeled { #expect(abs(taught + wrong - 1) < 1e-12) }
            }
            #expect(all.classes.map(\.name) != report.classes.map(\.name), "from the most frequent to the rarest")

            let none = try model("pseudoLabels.threshold=1", "pseudoLabels.classBalancedFraction=0").pseudoLabelQuality(on: .test)
            #expect(none.classes.allSatisfy { ($0.recall ?? 0) == 0 && ($0.mislabeled ?? 0) == 0 && $0.precision == nil })
            let some = try model("pseudoLabels.threshold=1", "pseudoLabels.classBalancedFraction=0.5").pseudoLabelQuality(on: .test)
            #expect(some.classes.contains { ($0.recall ?? 0) > 0 })
            #expect("\(none)".split(separator: "\n").count == 2 + 5)
        }
    }

    @Test(arguments: [TrainingMethod.supervised, .diffmatch]) func predictsFiles(method: TrainingMethod) throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(method, "training.steps=1", "training.evaluateEvery=0")
            try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            let model = try TrainedModel(checkpoint: folder)
            // Of another size than those of the training, and not square.
            let image = Tensor<UInt8>((0..<41 * 50 * 3).map { UInt8($0 % 251) }, shape: [41, 50, 3])
            try ImageFile.write(image, to: "\(folder)/scene.one.png")
            let files = PredictionFiles(model: model, folder: "\(folder)/new/predictions")
            let written = try files.predict("\(folder)/scene.one.png")
            #expect(written.mapPath == "\(folder)/new/predictions/scene.one.png")
            #expect(written.overlayPath == "\(folder)/new/predictions/scene.one_overlay.png")
            let map = try ImageFile.readLabelMap(at: written.mapPath)
            #expect(map.labels == (try model.classes(of: image)))
            #expect(map.labels.shape == [41, 50])
            #expect(map.palette?.colors.prefix(5) == model.palette.colors.prefix(5))
            #expect(try ImageFile.readImage(at: written.overlayPath).shape == [41, 50, 3])
            #expect(abs(written.shares.reduce(0) { $0 + $1.share } - 1) < 1e-12)
            #expect(written.shares.map(\.share) == written.shares.map(\.share).sorted(by: >))
            let first = try #require(written.shares.first)
            let label = try #require(model.classNames.firstIndex(of: first.name))
            #expect(first.share == Double(map.labels.scalars.count { $0 == label }) / (41 * 50))
            #expect(throws: FileError.self) { try PredictionFiles(model: model, folder: folder).predict("\(folder)/scene.one.png") }
            // Nor through a link, or as a result that is another name of the image.
            for (name, link) in [("linked", "scene.one.png"), ("hard", "scene.one_overlay.png")] {
                let (target, source) = ("\(folder)/\(name)/\(link)", "\(folder)/scene.one.png")
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
                if name == "linked" {
                    try FileManager.default.createSymbolicLink(atPath: target, withDestinationPath: source)
                } else {
                    try FileManager.default.linkItem(atPath: source, toPath: target)
                }
                #expect(throws: FileError.self) { try PredictionFiles(model: model, folder: "\(folder)/\(name)").predict(source) }
            }
            #expect(try ImageFile.readImage(at: "\(folder)/scene.one.png") == image, "an image is never written over")
            // What is there already stays, unless it is to be replaced; an image stays even then.
            try FileManager.default.createDirectory(atPath: "\(folder)/masks", withIntermediateDirectories: true)
            try AtomicFile.write("a mask", to: "\(folder)/masks/scene.one.png")
            #expect(throws: FileError.self) { try files.predict("\(folder)/scene.one.png") }
            let masks = PredictionFiles(model: model, folder: "\(folder)/masks")
            #expect(throws: FileError.self) { try masks.check(["\(folder)/scene.one.png"]) }
            #expect(try FileBytes.read("\(folder)/masks/scene.one.png") == Array("a mask".utf8))
            _ = try PredictionFiles(model: model, folder: "\(folder)/masks", overwrites: true).predict("\(folder)/scene.one.png")
            #expect(try ImageFile.readLabelMap(at: "\(folder)/masks/scene.one.png").labels == map.labels)
            #expect(throws: FileError.self) {
                try PredictionFiles(model: model, folder: folder, overwrites: true).predict("\(folder)/scene.one.png")
            }
            #expect(throws: ImageFileError.self) { try files.predict("\(folder)/records.jsonl") }
        }
    }

    @Test func theOverviewHasAPanelForEachAnswer() throws {
        try withTemporaryFolder { folder in
            let models = try [TrainingMethod.supervised, .diffmatch].map { method in
                let path = "\(folder)/\(method.rawValue)"
                try Run(configuration: tiny(method, "training.steps=1", "training.evaluateEvery=0"), folder: path).train(
                    showsProgress: false)
                return try TrainedModel(checkpoint: path)
            }
            func picture(rows: Int, _ models: [TrainedModel]) throws -> [Int] {
                let path = "\(folder)/overview.png"
                try OverviewPicture(models: models, rowCount: rows).write(to: path)
                return try ImageFile.readImage(at: path).shape
            }
            let (one, two) = try (picture(rows: 1, models), picture(rows: 2, models))
            #expect(one[1] == two[1])
            #expect(two[0] - one[0] >= 64, "a second row of 32 pixels, twice enlarged")
            #expect(one[1] >= 6 * 64, "image, truth, one classifier and three sampling steps")
            #expect(try picture(rows: 1, [models[0]])[1] < one[1])
        }
    }
}
