import Benchmark
import DMAutograd
import DMTensors

/// The cross-entropy of 8 maps of 96 x 96 with 21 classes.
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
}
