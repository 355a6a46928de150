public import DMTensors

/// One class for each pixel, drawn with the pixel's probabilities.
///
/// - Parameters:
///   - probabilities: Class probabilities along the last axis `[..., K]`, each row with the sum 1.
///   - random: Where the draws come from, one uniform number for each pixel.
/// - Returns: The drawn classes, from 0 to `K - 1` `[...]`.
public func drawnClasses(from probabilities: Tensor<Float>, random: inout RandomSource) -> Tensor<Int32> {
    let classCount = probabilities.shape.last ?? 0
    require(classCount >= 1, "no class can be drawn from probabilities of shape \(probabilities.shape)")
    let shape = Array(probabilities.shape.dropLast())
    let thresholds: Tensor<Float> = random.uniform(shape: shape, in: 0..<1)
    return Tensor(shape: shape) { classes in
        probabilities.withUnsafeElements { probabilities in
            thresholds.withUnsafeElements { thresholds in
                for pixel in classes.indices {
                    let row = probabilities[pixel * classCount..<(pixel + 1) * classCount]
                    classes.initializeElement(at: pixel, to: drawnClass(from: row, threshold: thresholds[pixel]))
                }
            }
        }
    }
}

/// The first class up to which the probabilities sum to more than the threshold.
private func drawnClass(from probabilities: Slice<UnsafeBufferPointer<Float>>, threshold: Float) -> Int32 {
    // Rounding can leave the sum below the threshold; the last class that is possible at all is then drawn.
    var (sum, drawn): (Float, Int) = (0, 0)
    for (label, probability) in probabilities.enumerated() where probability > 0 {
        sum += probability
        drawn = label
        if threshold < sum { break }
    }
    return Int32(drawn)
}
