import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite("Softmax cross-entropy")
struct SoftmaxCrossEntropyTests {
    @Test("agrees with plain loops", arguments: [[1], [5, 2], [3, 7, 21], [2000, 19], [4, 81], [0, 3]])
    func agrees(shape: [Int]) {
        let classes = shape[shape.count - 1]
        let logits = seededTensor(shape, seed: 1, in: -9...9)
        let labels = (0..<logits.count / classes).map { $0 % 5 == 3 ? Int32(255) : Int32($0 % classes) }
        let targets = Tensor<Int32>(labels, shape: Array(shape.dropLast()))
        let expected = labels.enumerated().map { row, label -> Double in
            let x = logits.scalars[row * classes..<(row + 1) * classes]
            return label == 255 ? 0 : log(x.reduce(0) { $0 + exp($1) }) - x[x.startIndex + Int(label)]
        }
        let reference = Tensor(expected, shape: targets.shape)
        #expect(distance(softmaxCrossEntropy(logits, targets), reference) < 1e-12)
        #expect(distance(softmaxCrossEntropy(Tensor<Float>(converting: logits), targets), reference) < 1e-5)
    }

    @Test("agrees with PyTorch's values")
    func peer() {
        let logits = Tensor((0..<12).map { 4 * sin(Double($0) * 0.7) }, shape: [4, 3])
        let losses = softmaxCrossEntropy(logits, Tensor<Int32>([0, 2, 255, 1]))
        #expect(distance(losses, Tensor([4.184597856978015, 4.977010763049717, 0, 1.576585750951181])) < 1e-12)
    }

    @Test("bears logits of any size")
    func large() {
        let logits = Tensor<Float>([1e4, 1e4, -1e4, 1e4], shape: [2, 2])
        let losses = softmaxCrossEntropy(logits, Tensor<Int32>([0, 0]))
        #expect(abs(losses.scalars[0] - Float(log(2.0))) < 1e-6)
        #expect(losses.scalars[1] == 2e4)
    }

    @Test("takes another label as the ignored one")
    func ignored() {
        let logits = seededTensor([2, 3], seed: 1)
        let losses = softmaxCrossEntropy(logits, Tensor<Int32>([0, 1]), ignoring: 0)
        #expect(losses.scalars[0] == 0 && losses.scalars[1] > 0)
    }

    @Test("refuses targets that are no class, or too few")
    func wrongTargets() async {
        await #expect(processExitsWith: .failure) {
            _ = softmaxCrossEntropy(Tensor<Float>(repeating: 0, shape: [2, 3]), Tensor<Int32>([0, 3]))
        }
        await #expect(processExitsWith: .failure) {
            _ = softmaxCrossEntropy(Tensor<Float>(repeating: 0, shape: [2, 3]), Tensor<Int32>([0, -1]))
        }
        await #expect(processExitsWith: .failure) {
            _ = softmaxCrossEntropy(Tensor<Float>(repeating: 0, shape: [2, 3]), Tensor<Int32>([0]))
        }
    }
}
