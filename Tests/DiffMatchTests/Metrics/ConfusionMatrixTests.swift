import DMTensors
import DiffMatch
import Testing

/// A repeatable sequence of small numbers.
private func numbers(_ count: Int, below bound: Int32, seed: UInt64) -> [Int32] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int32(state >> 33) % bound
    }
}

@Suite struct ConfusionMatrixTests {
    @Test func smallExampleByHand() {
        var matrix = ConfusionMatrix(classCount: 3)
        matrix.add(predictions: Tensor([0, 0, 1, 1, 2, 0]), truth: Tensor([0, 1, 1, 1, 255, 0]))
        #expect(matrix.counts == [2, 0, 0, 1, 2, 0, 0, 0, 0])
        #expect(matrix[1, 0] == 1)
        #expect(matrix.truthCounts == [2, 3, 0])
        #expect(matrix.predictionCounts == [3, 2, 0])
        #expect(matrix.intersectionOverUnion == [2.0 / 3, 2.0 / 3, nil])
        #expect(matrix.recall == [1, 2.0 / 3, nil])
        #expect(matrix.mIoU == 2.0 / 3)
        #expect(matrix.pixelAccuracy == 4.0 / 5)
        let secondRecall = 2.0 / 3
        #expect(matrix.meanAccuracy == (1 + secondRecall) / 2)
    }

    @Test func equalsAPlainCount() throws {
        let classCount = 5
        var matrix = ConfusionMatrix(classCount: classCount)
        var halves = (ConfusionMatrix(classCount: classCount), ConfusionMatrix(classCount: classCount))
        var pairs: [(truth: Int32, prediction: Int32)] = []
        for image in 0..<4 {
            let predictions = numbers(7 * 9, below: 5, seed: UInt64(image) + 1)
            let truth = numbers(7 * 9, below: 6, seed: UInt64(image) + 100).map { $0 == 5 ? 255 : $0 }
            pairs += zip(truth, predictions).map { ($0, $1) }.filter { $0.0 != 255 }
            let tensors = (Tensor(predictions, shape: [7, 9]), Tensor(truth, shape: [7, 9]))
            matrix.add(predictions: tensors.0, truth: tensors.1)
            if image < 2 {
                halves.0.add(predictions: tensors.0, truth: tensors.1)
            } else {
                halves.1.add(predictions: tensors.0, truth: tensors.1)
            }
        }
        for label in 0..<5 {
            let both = pairs.count { (pair) -> Bool in pair.truth == label && pair.prediction == label }
            let either = pairs.count { (pair) -> Bool in pair.truth == label || pair.prediction == label }
            #expect(matrix.intersectionOverUnion[label] == Double(both) / Double(either))
            let total = pairs.count { $0.truth == label }
            #expect(matrix.truthCounts[label] == total)
        }
        let right = pairs.count { $0.truth == $0.prediction }
        #expect(matrix.pixelAccuracy == Double(right) / Double(pairs.count))
        halves.0 += halves.1
        #expect(halves.0 == matrix)
    }

    @Test func nothingHasNoMeasure() {
        let matrix = ConfusionMatrix(classCount: 2)
        #expect(matrix.mIoU == nil)
        #expect(matrix.pixelAccuracy == nil)
        #expect(matrix.meanAccuracy == nil)
        #expect(matrix.intersectionOverUnion == [nil, nil])
    }

    @Test func wrongShapesAndLabelsStop() async {
        await #expect(processExitsWith: .failure) {
            var matrix = ConfusionMatrix(classCount: 2)
            matrix.add(predictions: Tensor([0, 1]), truth: Tensor([0]))
        }
        await #expect(processExitsWith: .failure) {
            var matrix = ConfusionMatrix(classCount: 2)
            matrix.add(predictions: Tensor([0]), truth: Tensor([2]))
        }
        await #expect(processExitsWith: .failure) {
            var matrix = ConfusionMatrix(classCount: 2)
            matrix += ConfusionMatrix(classCount: 3)
        }
    }
}
