import DMExperiments
import DiffMatch
import Testing

@Suite struct RunOutlineTests {
    @Test(arguments: [(0.5834, 1, "58.3"), (1, 1, "100.0"), (0.00051, 2, "0.05"), (0.1234, 2, "12.34"), (0, 2, "0.00")])
    func fractionsAreSaidInPercent(fraction: Double, decimals: Int, expected: String) {
        #expect(percent(fraction, decimals: decimals) == expected)
        #expect(percent(nil) == "-")
    }

    @Test func saysWhatARunIsAboutToDo() throws {
        var configuration = Configuration()
        try configuration.set(["training.steps=99200", "training.batchSize=8", "optimizer.learningRate=0.01"])
        #expect(
            RunOutline(configuration, labeled: 662, unlabeled: 9920).lines == [
                "99200 steps, 8 labeled and 8 unlabeled images each: 80.0 epochs over 9920 unlabeled ones", "learning rate 0.01",
            ])
    }

    @Test func saysWhatIsScaledAndWhatSavesMemory() throws {
        var configuration = Configuration()
        try configuration.set([
            "training.steps=1000", "training.batchSize=2", "training.microBatch=2", "optimizer.learningRate=0.01",
            "optimizer.referenceBatch=8", "encoder.activationCheckpointing=[2, 0]", "denoiser.activationCheckpointing=[4]",
        ])
        #expect(
            RunOutline(configuration, labeled: 100, unlabeled: 500).lines == [
                "1000 steps, 2 labeled and 2 unlabeled images each: 4.0 epochs over 500 unlabeled ones",
                "learning rate 0.0025, scaled to a batch of 2 from 0.01 for 8",
                "gradient accumulation: micro-batches of 2 images, each with batch statistics of its own",
                "activation checkpointing: the stem, stage 2, denoiser layer 4",
            ])
    }

    @Test func saysHowManyUnlabeledImagesJoin() throws {
        var configuration = Configuration()
        try configuration.set(["training.steps=100", "training.batchSize=4", "training.unlabeledBatchSize=2"])
        let line = "100 steps, 4 labeled and 2 unlabeled images each: 0.4 epochs over 500 unlabeled ones"
        #expect(RunOutline(configuration, labeled: 40, unlabeled: 500).lines[0] == line)
    }

    @Test func labeledImagesAloneAreTwiceAsMany() throws {
        var configuration = Configuration()
        try configuration.set(["method=supervised", "training.steps=100", "training.batchSize=4"])
        let line = "100 steps, 8 labeled images each: 20.0 epochs over 40 of them"
        #expect(RunOutline(configuration, labeled: 40, unlabeled: 500).lines[0] == line)
    }

    @Test func estimatesOnceFromStepsAfterTheFirst() {
        var estimate = RunEstimate(stepCount: 100)
        #expect(estimate.add(step: 1, stepSeconds: 50, runSeconds: 50) == nil, "the first step waits for memory")
        #expect(estimate.add(step: 2, stepSeconds: 3, runSeconds: 53) == nil)
        let found = estimate.add(step: 3, stepSeconds: 5, runSeconds: 58)
        #expect(found?.perStep == 4 && found?.total == 58 + 97 * 4)
        #expect(estimate.add(step: 4, stepSeconds: 5, runSeconds: 63) == nil)

        var short = RunEstimate(stepCount: 1000)
        let made = (1...30).filter { short.add(step: $0, stepSeconds: 0.01, runSeconds: 0) != nil }
        #expect(made == [21])
    }

    @Test(arguments: [
        (0.4, "0 s"), (99.4, "99 s"), (100, "2 min"), (3599, "60 min"), (5400, "1 h 30 min"), (86_399, "24 h 0 min"),
        (86_400, "1 d 0 h"), (273_600, "3 d 4 h"),
    ])
    func timesAreSaidInWords(seconds: Double, expected: String) { #expect(seconds.inWords == expected) }

    @Test(arguments: [(812_000_000.0, "812 MB"), (11_440_000_000, "11.4 GB"), (400_000, "0 MB")])
    func bytesAreSaidInWords(bytes: Double, expected: String) { #expect(bytes.bytesInWords == expected) }
}
