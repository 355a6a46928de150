import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DMTestSupport
import DiffMatch
import Foundation
import Testing

@Suite struct PseudoLabelFilesTests {
    /// A finished network and the labels that it wrote, beside each other in a folder.
    private func labeled(
        _ folder: String, _ settings: String..., body: (TrainedModel, PseudoLabelFiles, PseudoLabelFiles.Summary) throws -> Void
    ) throws {
        let run = "\(folder)/teacher"
        try Run(configuration: tiny(.supervisedDiffusion, "training.evaluateEvery=0"), folder: run).train(showsProgress: false)
        let model = try TrainedModel(checkpoint: run, assignments: settings)
        let files = PseudoLabelFiles(model: model, folder: "\(folder)/labels")
        try body(model, files, try files.write())
    }

    @Test func everyLabelCountsWithoutAThreshold() throws {
        try withTemporaryFolder { folder in
            try labeled(folder, "pseudoLabels.threshold=0", "debias.mode=off") { model, files, summary in
                let data = try model.experimentData()
                #expect(summary.images == data.partition.unlabeled.count && summary.images == 12)
                #expect(abs(summary.coverage - 1) < 1e-9)
                #expect(summary.classes.count == 5 && abs(summary.classes.map(\.labeledShare).reduce(0, +) - 1) < 1e-9)
                let samples = data.dataset.samples(of: .training)
                for index in data.partition.unlabeled {
                    let written = try ImageFile.readLabelMap(at: "\(files.labels)/\(samples.identifier(at: index)).png").labels
                    #expect(written.shape == [32, 32] && written.scalars.allSatisfy { $0 < 5 })
                }
                #expect(throws: FileError.self) { try files.write() }
            }
        }
    }

    /// What counts is a share of each class over all images, and no more than the labeled images lead to expect.
    @Test func theMostConfidentOfEachClassCount() throws {
        try withTemporaryFolder { folder in
            try labeled(folder, "pseudoLabels.threshold=1", "pseudoLabels.classBalancedFraction=0.5") { model, files, summary in
                for one in summary.classes { #expect(one.share <= 0.5 * one.labeledShare + 0.02, "\(one.name)") }
                #expect(summary.coverage > 0.05 && summary.coverage < 0.55)
                // The least confidence at which a label of each class counts.
                let data = try model.experimentData(), samples = data.dataset.samples(of: .training)
                var least = [Int](repeating: 256, count: 5)
                for index in data.partition.unlabeled {
                    let name = samples.identifier(at: index)
                    let labels = try ImageFile.readLabelMap(at: "\(files.labels)/\(name).png").labels
                    let confidence = try ImageFile.readLabelMap(at: "\(files.folder)/confidence/\(name).png").labels
                    for (label, value) in zip(labels.scalars, confidence.scalars) where label < 5 {
                        least[Int(label)] = min(least[Int(label)], Int(value))
                    }
                }
                #expect(least.contains { $0 > 51 && $0 <= 255 }, "with five classes, a fifth is what nothing is known with")
            }
        }
    }

    /// A training on the labels learns from them, with any method, and its network is used without them.
    @Test(arguments: [TrainingMethod.unimatch, .diffmatch]) func aTrainingLearnsThem(method: TrainingMethod) throws {
        try withTemporaryFolder { folder in
            try labeled(folder, "pseudoLabels.threshold=0") { _, files, _ in
                let settings = try tiny(method, "pseudoLabels.folder=\(files.labels)", "augmentation.featureDropoutViews=strong")
                let data = try ExperimentData(settings)
                #expect(data.notes.contains { $0.contains("cover 100.0 % of their pixels") })
                let batch = try #require(try data.batch(at: 0).unlabeled)
                let labels = try #require(batch.labels)
                #expect(zip(labels.scalars, batch.ignored.scalars).allSatisfy { ($0 == 255) == ($1 == 255) })
                let report = try Run(configuration: settings, folder: "\(folder)/student").train(showsProgress: false)
                #expect(report.mIoU != nil)
                let outcome = try trained(settings, steps: 1).reports[0]
                #expect(outcome.coverage == 1)

                // The labels are not needed to use the network, and are asked for where the training goes on.
                try FileManager.default.removeItem(atPath: files.labels)
                let model = try TrainedModel(checkpoint: "\(folder)/student")
                #expect(try model.evaluate(on: .test) == report)
                #expect(throws: DatasetError.self) { try ExperimentData(settings) }
            }
        }
    }

    @Test func aMissingOrForeignLabelIsNamed() throws {
        try withTemporaryFolder { folder in
            try labeled(folder, "pseudoLabels.threshold=0") { model, files, _ in
                let data = try model.experimentData(), samples = data.dataset.samples(of: .training)
                let names = data.partition.unlabeled.map { samples.identifier(at: $0) }
                try FileManager.default.removeItem(atPath: "\(files.labels)/\(names[0]).png")
                try ImageFile.write(LabelMap(Tensor(repeating: 9, shape: [32, 32])), to: "\(files.labels)/\(names[1]).png")
                let settings = try tiny(.diffmatch, "pseudoLabels.folder=\(files.labels)")
                let error = try #require(throws: DatasetErrors.self) { try ExperimentData(settings) }
                #expect(error.errors.map(\.kind) == [.missing, .badLabel])
                #expect(error.errors[0].message.contains(names[0]) && error.errors[1].message.contains("found 9"))
                // A method without unlabeled images does not ask for them.
                _ = try ExperimentData(tiny(.supervised, "pseudoLabels.folder=\(files.labels)"))
            }
        }
    }

    @Test func labelsOfAnotherSizeEndTheStep() throws {
        try withTemporaryFolder { folder in
            try labeled(folder, "pseudoLabels.threshold=0") { model, files, _ in
                let data = try model.experimentData(), samples = data.dataset.samples(of: .training)
                for index in data.partition.unlabeled {
                    let name = samples.identifier(at: index)
                    try ImageFile.write(LabelMap(Tensor(repeating: 1, shape: [31, 32])), to: "\(files.labels)/\(name).png")
                }
                let other = try ExperimentData(tiny(.diffmatch, "pseudoLabels.folder=\(files.labels)"))
                let error = try #require(throws: DatasetError.self) { try other.batch(at: 0) }
                #expect(error.kind == .sizesDiffer)
            }
        }
    }
}
