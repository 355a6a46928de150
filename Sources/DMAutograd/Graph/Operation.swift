/// Every differentiable operation. The tests demand a gradient check for each of them.
package enum Operation: String, CaseIterable, Sendable {
    // Arithmetic.
    case add, subtract, multiply, divide, negate
    case addScalar, subtractFromScalar, multiplyByScalar, divideByScalar, divideScalar
    // Element-wise.
    case exponential, logarithm, squareRoot, square, reciprocal, absoluteValue, sine, cosine, power, raise, clamp
    case tangent, arcsine, arccosine, arctangent, hyperbolicSine, hyperbolicCosine
    case inverseHyperbolicSine, inverseHyperbolicCosine, inverseHyperbolicTangent, errorFunction
    // Activations.
    case hyperbolicTangent, sigmoid, logSigmoid, relu, gelu
    case leakyReLU, elu, selu, celu, hardSigmoid, hardSwish, mish, softplus, softsign, thresholdedReLU, shrink, swish, tanhGELU
    // Choices.
    case maximum, minimum, select
    // Reductions.
    case sum, mean, variance, maximumAlongAxis, softmax, logSoftmax, logSumExp, cumulativeSum
    // Shaping.
    case reshape, transpose, broadcast, slice, pad, concatenate, stack, gather, depthToSpace, spaceToDepth
    // Neural networks.
    case convolution2D, convolution2DTransposed, maxPooled, averagePooled
    // Normalization, resampling, attention and the losses.
    case batchNormalize, normalize, layerNormalize, modulate, resize, resizeNearest, resample, gridSample, sampleDeformably
    case softmaxAttention, softmaxCrossEntropy, resizedCrossEntropy, negativeLogLikelihood
    // Products.
    case matmul, linear, feedForward
    // What backward works out again.
    case recompute
}
