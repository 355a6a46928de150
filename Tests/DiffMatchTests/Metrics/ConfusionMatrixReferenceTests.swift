import DMTensors
import DiffMatch
import Foundation
import Testing

/// Random masks with ignored pixels, against scikit-learn.
@Suite struct ConfusionMatrixReferenceTests {
    private struct Case: Decodable {
        var classes: Int
        var shape: [Int]
        var truth: [Int32]
        var prediction: [Int32]
        var matrix: [Int]
        var present: [Int]
        var iou: [Double]
        var pixelAccuracy: Double
        var meanAccuracy: Double
    }

    @Test func countsAndMeasuresAreThoseOfScikitLearn() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Reference/confusion-matrix.json")
        for reference in try JSONDecoder().decode([Case].self, from: Data(contentsOf: file)) {
            var matrix = ConfusionMatrix(classCount: reference.classes)
            matrix.add(
                predictions: Tensor(reference.prediction, shape: reference.shape), truth: Tensor(reference.truth, shape: reference.shape))
            #expect(matrix.counts == reference.matrix)
            let iou = matrix.intersectionOverUnion
            #expect(iou.indices.filter { iou[$0] != nil } == reference.present)
            for (label, expected) in zip(reference.present, reference.iou) { #expect(abs((iou[label] ?? -1) - expected) < 1e-12) }
            #expect(abs((matrix.pixelAccuracy ?? -1) - reference.pixelAccuracy) < 1e-12)
            #expect(abs((matrix.meanAccuracy ?? -1) - reference.meanAccuracy) < 1e-12)
            let mean = reference.iou.reduce(0, +) / Double(reference.iou.count)
            #expect(abs((matrix.mIoU ?? -1) - mean) < 1e-12)
        }
    }
}
