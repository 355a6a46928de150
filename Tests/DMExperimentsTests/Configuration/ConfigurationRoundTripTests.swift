import DMExperiments
import DiffMatch
import Foundation
import Testing

/// A value other than the default for every key.
private let otherValues: [String: String] = [
    "method": "supervised-diffusion", "seed": "18446744073709551615",
    "dataset.root": "/data sets/\"quoted\" \\ and\ttabbed", "dataset.seed": "7", "dataset.labeledFraction": "1/3",
    "dataset.side": "64", "dataset.classes": "5", "dataset.ratio": "12.5", "dataset.trainingImages": "100",
    "dataset.validationImages": "3", "dataset.testImages": "4", "dataset.labeledList": "lists/labeled.txt",
    "dataset.unlabeledList": "lists/unlabeled.txt", "dataset.validationList": "lists/val.txt", "dataset.faults": "skip",
    "dataset.orientation": "apply", "dataset.pixelLimit": "1000000",
    "dataset.name": "camvid",
    "encoder.name": "resnet50", "encoder.stem": "deep", "encoder.outputStride": "32", "encoder.weights": "weights/resnet 50.pth",
    "encoder.activationCheckpointing": "[0, 2]", "encoder.channels": "16", "decoder.channels": "32", "decoder.lowLevelChannels": "8",
    "decoder.rates": "[1, 3]",
    "denoiser.layers": "2", "denoiser.channels": "32", "denoiser.heads": "4", "denoiser.points": "2",
    "denoiser.attention": "softmax", "denoiser.activationCheckpointing": "[2, 1]", "diffusion.scale": "0.01",
    "diffusion.encoding": "analogBits",
    "diffusion.schedule": "linear", "diffusion.samplingSteps": "5", "diffusion.timeDifference": "0",
    "diffusion.estimate": "mode", "diffusion.sampler": "ancestral", "diffusion.trainingTimeRange": "[0.25, 0.75]",
    "diffusion.ensembleSize": "2", "diffusion.output": "meanOverSteps", "debias.mode": "training", "debias.strength": "0.3",
    "debias.timeWeight": "time", "debias.appliesTo": "both", "debias.teacherTarget": "labeled",
    "debias.maximumShift": "2",
    "pseudoLabels.threshold": "0.8", "pseudoLabels.classBalancedFraction": "0.25",
    "evaluation.testTimeAugmentation": "flip", "augmentation.strongViews": "1",
    "pseudoLabels.classBalance": "dataset", "pseudoLabels.folder": "labels",
    "pseudoLabels.rampUp": "0",
    "pseudoLabels.rampDown": "0.5",
    "augmentation.crop": "80", "augmentation.scaleRange": "[0.75, 1.5]",
    "augmentation.flipProbability": "0.4", "augmentation.jitterProbability": "0.4", "augmentation.jitter": "0.4",
    "augmentation.hue": "0.1", "augmentation.grayscaleProbability": "0.4", "augmentation.blurProbability": "0.4",
    "augmentation.blurSigma": "[0.2, 1e0]", "augmentation.cutMixProbability": "0.4", "augmentation.cutMixArea": "[0.1, 0.2]",
    "augmentation.featureDropout": "0.1", "augmentation.featureDropoutViews": "strong",
    "evaluation.mode": "sliding-window", "evaluation.window": "321",
    "evaluation.scale": "0.5", "evaluation.batchSize": "3",
    "optimizer.name": "sgd", "optimizer.learningRate": "1e-05", "optimizer.referenceBatch": "16",
    "optimizer.weightDecay": "0", "optimizer.momentum": "0.5", "optimizer.encoderFactor": "0.1",
    "optimizer.denoiserFactor": "2", "optimizer.power": "1", "training.steps": "12", "training.batchSize": "2",
    "training.unlabeledBatchSize": "3", "training.microBatch": "2", "training.ohemMinimumKept": "1000",
    "training.evaluateEvery": "0", "training.checkpointEvery": "5", "training.keptCheckpoints": "3",
    "training.emaDecay": "0.9", "training.auxiliaryLossWeight": "0.25", "training.threads": "1",
]

/// Keys that mean something only beside another setting.
private let companions: [String: (key: String, value: String)] = [
    "encoder.stem": ("encoder.name", "resnet18"), "encoder.outputStride": ("encoder.name", "efficientnet-lite0"),
    "encoder.weights": ("encoder.name", "resnet34"), "dataset.name": ("dataset.root", "/data"),
    "dataset.unlabeledList": ("dataset.labeledList", "labeled.txt"),
]

@Suite struct ConfigurationRoundTripTests {
    @Test func everyKeyHasAnotherValueToTestWith() {
        #expect(Set(otherValues.keys) == Set(Configuration.settings.map(\.key)))
    }

    @Test func keysAreUniqueAndInKnownSections() {
        let keys = Configuration.settings.map(\.key)
        #expect(Set(keys).count == keys.count)
        let sections = Configuration.sections.map(\.name)
        #expect(Configuration.settings.allSatisfy { $0.section.isEmpty || sections.contains($0.section) })
        #expect(Set(sections) == Set(Configuration.settings.map(\.section)).subtracting([""]))
    }

    @Test(arguments: Configuration.settings.map(\.key))
    func writtenConfigurationReadsBack(key: String) throws {
        var configuration = Configuration()
        let setting = try #require(Configuration.setting(key))
        if let other = otherValues[key] {
            try configuration.set(key, to: other)
            #expect(configuration != Configuration(), "the key changes nothing")
            #expect(setting.value(configuration) != setting.value(Configuration()))
        }
        if let companion = companions[key] { try configuration.set(companion.key, to: companion.value) }
        let restored = try Configuration.load(yaml: configuration.yaml, file: "written.yaml")
        #expect(restored == configuration)
        let decoded = try JSONDecoder().decode(Configuration.self, from: JSONEncoder().encode(configuration))
        #expect(decoded == configuration)
    }

    /// Anchors and aliases are refused, in quotes too, and two characters are not allowed in YAML at all.
    @Test(arguments: [
        "a &b", "a *b", "R&D/a*b", "[*x", "{&x", "a,*b", "a:*b", "a <<b", "#<< x", "&x", "\u{FFFE}", "a\u{FFFF}", "x\u{FEFF}y\u{85}",
    ])
    func namesOfFoldersReadBack(root: String) throws {
        var configuration = Configuration()
        configuration.dataset.root = root
        #expect(try Configuration.load(yaml: configuration.yaml, file: "written.yaml").dataset.root == root)
    }

    @Test func allKeysTogetherReadBack() throws {
        var configuration = Configuration()
        for (key, text) in otherValues { try configuration.set(key, to: text) }
        #expect(try Configuration.load(yaml: configuration.yaml, file: "written.yaml") == configuration)
    }

    /// A checkpoint of a version that had fewer settings can still be read.
    @Test func aSavedConfigurationMayLackKeys() throws {
        func decoded(_ yaml: String) throws -> Configuration {
            try JSONDecoder().decode(Configuration.self, from: JSONEncoder().encode(yaml))
        }
        var expected = Configuration()
        expected.augmentation.crop = 64
        #expect(try decoded("views:\n  crop: 64") == expected)
        #expect(throws: ConfigurationError.self) { try decoded("views:\n  crpo: 64") }
    }

    @Test func everyPropertyHasAKey() {
        func leaves(_ value: Any) -> Int {
            let mirror = Mirror(reflecting: value)
            let isSection = mirror.displayStyle == .struct && String(reflecting: mirror.subjectType).contains("DMExperiments.Configuration")
            return isSection ? mirror.children.reduce(0) { $0 + leaves($1.value) } : 1
        }
        #expect(leaves(Configuration()) == Configuration.settings.count)
    }

    @Test(arguments: [1.0 / 16, 1.0 / 3, 0.3, 1, 1e-5, 2.0 / 3])
    func fractionsReadBackExactly(fraction: Double) throws {
        var configuration = Configuration()
        configuration.dataset.labeledFraction = fraction
        #expect(try Configuration.load(yaml: configuration.yaml, file: "x").dataset.labeledFraction == fraction)
    }

    @Test func fractionAndDecimalAreTheSame() throws {
        for text in ["1/16", "0.0625"] {
            let configuration = try Configuration.load(yaml: "dataset: {labeledFraction: \(text)}", file: "x")
            #expect(configuration.dataset.labeledFraction == 0.0625)
        }
    }

    @Test func referencePageIsUpToDate() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/configuration.md")
        #expect(try String(contentsOf: page, encoding: .utf8) == Configuration.markdown)
    }

    @Test func listingNamesEveryKey() {
        for setting in Configuration.settings { #expect(Configuration.listing.contains("\(setting.key): ")) }
    }
}
