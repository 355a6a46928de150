import Benchmark
import DMAutograd
import DMTensors

/// The cross-entropy of 8 maps of 96 x 96 with 21 classes, and the same behind an enlargement from 24 x 24.
func registerCrossEntropy() {
    let pixels = [8, 96, 96], classCount = 21
    Benchmark("softmax cross-entropy forward") { _, operands in
        blackHole(softmaxCrossEntropy(operands.logits, operands.targets))
    } setup: {
        (logits: normals(pixels + [classCount]), targets: labels(pixels, classCount: classCount))
    }
    Benchmark.backward("softmax cross-entropy backward") {
        softmaxCrossEntropy(.tracked(normals(pixels + [classCount])), labels(pixels, classCount: classCount))
    }
    Benchmark("enlarged cross-entropy forward") { _, operands in
        blackHole(resizedCrossEntropy(operands.logits, operands.targets, alignsCorners: true))
    } setup: {
        (logits: normals([8, 24, 24, classCount]), targets: labels(pixels, classCount: classCount))
    }
    Benchmark.backward("enlarged cross-entropy backward") {
        resizedCrossEntropy(
            .tracked(normals([8, 24, 24, classCount])), labels(pixels, classCount: classCount), alignsCorners: true)
    }
}
