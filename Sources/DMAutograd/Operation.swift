/// Every differentiable operation. The tests demand a gradient check for each of them.
package enum Operation: String, CaseIterable, Sendable {
    // Element-wise.
    case add, multiply
    // Neural networks.
    case convolution2D, maximumPooled, averagePooled
    // Normalisation, resampling, attention and the loss.
    case batchNormalize, normalize, layerNormalize, resize, resizeNearest, sampleDeformably, softmaxAttention, softmaxCrossEntropy
}
