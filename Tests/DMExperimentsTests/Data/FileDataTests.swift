import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation
import Synchronization
import Testing

@Suite struct FileDataTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        try withTemporaryFolder { root in
            try UserFolder.write(at: root)
            try body(root)
        }
    }

    @Test func aShareIsTakenOfTheImagesWithMasks() throws {
        try withFolder { root in
            let data = try ExperimentData(UserFolder.settings(root, "dataset.labeledFraction=1/4"))
            #expect(data.partition.labeled.count == 2 && data.partition.unlabeled.count == 10)
            #expect(data.partition.labeled.allSatisfy { $0 < 8 })
            #expect(data.reportedPart == .validation && data.dataset.samples(of: .validation).count == 2)
            let source = data.partitionSource
            #expect(source.labeled.name == "1/4 of the training images, seed 1" && source.labeled.count == 2)
            let larger = try ExperimentData(UserFolder.settings(root, "dataset.labeledFraction=1/2"))
            #expect(Set(data.partition.labeled).isSubset(of: larger.partition.labeled))
        }
    }

    @Test func writtenPartitionsReadBackUnderTheirDigest() throws {
        try withFolder { root in
            let settings = try UserFolder.settings(root, "dataset.labeledFraction=1/4")
            let drawn = try ExperimentData(settings)
            let files = try PartitionFiles(settings).write(to: "\(root)/lists")
            #expect(files.map(\.count) == [2, 10])
            #expect(files.map(\.sha256) == [drawn.partitionSource.labeled.sha256, drawn.partitionSource.unlabeled.sha256])
            #expect(try String(contentsOfFile: files[0].path, encoding: .utf8).contains(".png masks/"))
            let listed = try ExperimentData(
                UserFolder.settings(root, "dataset.labeledList=\(files[0].path)", "dataset.unlabeledList=\(files[1].path)"))
            let samples = (listed.dataset.samples(of: .training), drawn.dataset.samples(of: .training))
            #expect(
                listed.partition.labeled.map { samples.0.identifier(at: $0) }
                    == drawn.partition.labeled.map { samples.1.identifier(at: $0) })
            #expect(listed.partitionSource.labeled.name == files[0].path)
            #expect(listed.partitionSource.labeled.sha256 == files[0].sha256)
        }
    }

    @Test func aListsFaultsAreToldAtOnce() throws {
        try withFolder { root in
            try AtomicFile.write("00\nnobody\n09\n00\n", to: "\(root)/bad.txt")
            let error = #expect(throws: DatasetErrors.self) {
                try ExperimentData(UserFolder.settings(root, "dataset.labeledList=\(root)/bad.txt"))
            }
            #expect(error?.errors.map(\.kind) == [.unknownSample, .duplicate, .missingMask])
        }
    }

    @Test func aBrokenFileStopsOrIsSkippedAsConfigured() throws {
        try withFolder { root in
            let broken = "\(root)/images/10.png"
            try Data("no image".utf8).write(to: URL(filePath: broken))
            let stopping = try ExperimentData(UserFolder.settings(root))
            let fault = #expect(throws: DatasetError.self) { for step in 0..<6 { _ = try stopping.batch(at: step) } }
            #expect(fault?.path == broken)

            let reported = Mutex<[DatasetError]>([])
            let skipping = try ExperimentData(UserFolder.settings(root, "dataset.faults=skip")) { fault in
                reported.withLock { $0.append(fault) }
            }
            var seen: Set<String> = []
            for step in 0..<12 { seen.formUnion(try skipping.batch(at: step).unlabeled?.identifiers ?? []) }
            #expect(!seen.contains("10") && seen.contains("11"))
            #expect(reported.withLock { $0.map(\.path) } == [broken] && skipping.skipped.map(\.path) == [broken])
            // Which image stands in depends on the step alone.
            let again = try ExperimentData(UserFolder.settings(root, "dataset.faults=skip"))
            #expect(try again.batch(at: 5).unlabeled?.identifiers == skipping.batch(at: 5).unlabeled?.identifiers)
        }
    }

    @Test func aBrokenMaskMakesItsImageUnlabeledWhereFaultsAreSkipped() throws {
        try withFolder { root in
            let broken = "\(root)/masks/03.png"
            try ImageFile.write(LabelMap(Tensor(repeating: 77, shape: [40, 40])), to: broken)
            let fault = #expect(throws: DatasetError.self) { try ExperimentData(UserFolder.settings(root)) }
            #expect(fault?.path == broken && fault?.kind == .badLabel)
            let data = try ExperimentData(UserFolder.settings(root, "dataset.faults=skip", "dataset.labeledFraction=1"))
            #expect(data.partition.labeled == [0, 1, 2, 4, 5, 6, 7] && data.partition.unlabeled.contains(3))
        }
    }

    @Test func imagesOfAnySizesTrainAndAreMeasured() throws {
        try withFolder { root in
            for mode in ["original", "center-crop", "sliding-window"] {
                let configuration = try UserFolder.settings(
                    root, "training.steps=1", "training.evaluateEvery=1", "evaluation.mode=\(mode)", "evaluation.window=33")
                let report = try Run(configuration: configuration, folder: "\(root)/run-\(mode)").train(showsProgress: false)
                #expect(report.part == .validation && report.skippedFiles == [])
                #expect(report.partition?.labeled.count == 2)
                let pixels = report.confusion?.joined().reduce(0, +)
                // Sample 12 is 40 pixels wide, sample 13 is 48.
                #expect(pixels == (mode == "center-crop" ? 2 * 33 * 33 : 40 * 40 + 48 * 48))
            }
        }
    }

    @Test func aNetworkIsUsedWhereItsDataSetIsNot() throws {
        try withFolder { root in
            let run = "\(root)-run"
            defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: run) } }
            _ = try Run(configuration: UserFolder.settings(root, "training.steps=1"), folder: run).train(showsProgress: false)
            try FileManager.default.removeItem(atPath: "\(root)/classes.json")
            let model = try TrainedModel(checkpoint: run)
            #expect(model.classNames.count == 5 && model.palette.colors.count == 5)
            #expect(try model.classes(of: Tensor(repeating: 9, shape: [37, 50, 3])).shape == [37, 50])
            #expect(throws: DatasetError.self) { try model.evaluate() }
        }
    }

    @Test func withoutImagesToMeasureOnATrainingDoesNotBegin() throws {
        try withFolder { root in
            try FileManager.default.removeItem(atPath: "\(root)/val.txt")
            let configuration = try UserFolder.settings(root)
            #expect(throws: ExperimentError.noImages(part: "validation")) {
                try Run(configuration: configuration, folder: "\(root)/run").train(showsProgress: false)
            }
        }
    }

    @Test func settingsThatLackAnotherAreRefused() throws {
        for assignments in [["dataset.name=camvid"], ["dataset.unlabeledList=u.txt"]] {
            let error = #expect(throws: ConfigurationError.self) { try Configuration.resolved(file: nil, assignments: assignments) }
            #expect(error?.description.contains("dataset.root") == true || error?.description.contains("dataset.labeledList") == true)
        }
    }
}
