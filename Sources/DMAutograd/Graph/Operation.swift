/// Every differentiable operation. The tests demand a gradient check for each of them.
package enum Operation: String, CaseIterable, Sendable {
    // Arithmetic.
    case add, subtract, multiply, divide, negate
    case addScalar, subtractFromScalar, multiplyByScalar, divideByScalar, divideScalar
    // Element-wise.
    case exponential, logarithm, squareRoot, square, reciprocal, absoluteValue, sine, cosine, power, clamp
    case hyperbolicTangent, sigmoid, logSigmoid, relu, gelu
    // Choices.
    case maximum, minimum, select
    // Reductions.
    case sum, mean, variance, maximumAlongAxis, softmax, logSoftmax
    // Shaping.
    case reshape, transpose, broadcast, slice, pad, concatenate, stack, gather
    // Neural networks.
    case convolution2D, maximumPooled, averagePooled
    // Normalisation, resampling, attention and the loss.
    case batchNormalize, normalize, layerNormalize, modulate, resize, resizeNearest, sampleDeformably, softmaxAttention, softmaxCrossEntropy
    case resizedCrossEntropy
    // Products.
    case matrixProduct, affineMap, feedForward
}
