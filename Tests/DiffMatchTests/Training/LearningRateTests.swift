import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite struct LearningRateTests {
    @Test(arguments: [("optimizer.encoderFactor=0", "backbone."), ("optimizer.denoiserFactor=0", "head.generator.denoiser.")])
    func aFactorOfZeroKeepsItsPart(setting: String, prefix: String) throws {
        let configuration = try tiny(.diffmatch, setting)
        let before = configuration.initialState().student.parameters
        let after = try trained(configuration, steps: 1).state.student.parameters
        for (name, value) in after where name.hasPrefix(prefix) { #expect(value == before[name], "\(name)") }
        let others = after.filter { $0.name.hasPrefix("decoder.") || $0.name.hasPrefix("head.generator.auxiliary.") }
        #expect(others.count > 2)
        #expect(others.allSatisfy { $0.value != before[$0.name] }, "decoder and auxiliary classifier go on")
    }

    @Test(arguments: [("null", 0.002), ("2", 0.002), ("8", 0.0005), ("1", 0.004)])
    func theRateIsScaledWithTheBatch(reference: String, expected: Double) throws {
        for method in [TrainingMethod.supervised, .diffmatch] {
            let configuration = try tiny(method, "optimizer.learningRate=0.002", "optimizer.referenceBatch=\(reference)")
            let report = try trained(configuration, steps: 1).reports[0]
            #expect(abs(Double(report.learningRate) - expected) < 1e-9, "the batch is 2")
            #expect(configuration.yaml.contains("# As used: ") == (reference != "null"))
            #expect(configuration.yaml.contains("is \(Float(expected)).") == (reference != "null"))
        }
    }

    @Test func theRateFallsOverTheConfiguredSteps() throws {
        let reports = try trained(try tiny(.supervised, "optimizer.learningRate=0.002", "optimizer.power=0.9"), steps: 4).reports
        #expect(reports.map(\.step) == [1, 2, 3, 4])
        for report in reports {
            let expected = 0.002 * pow(1 - Double(report.step - 1) / 4, 0.9)
            #expect(abs(Double(report.learningRate) - expected) < 1e-8)
        }
    }
}
