import DMTensors

/// Standard normal numbers, the same for the same index.
///
/// - Parameters:
///   - shape: The shape of the result.
///   - index: Tells the inputs of one operation apart.
func normals(_ shape: [Int], index: UInt64 = 0) -> Tensor<Float> {
    var source = RandomSource(seed: 1).split(index)
    return source.normal(shape: shape)
}

/// Numbers uniform between two bounds, the same for the same index.
///
/// - Parameters:
///   - shape: The shape of the result.
///   - range: The bounds.
///   - index: Tells the inputs of one operation apart.
func uniforms(_ shape: [Int], in range: Range<Float>, index: UInt64 = 0) -> Tensor<Float> {
    var source = RandomSource(seed: 2).split(index)
    return source.uniform(shape: shape, in: range)
}

/// Class indices, each below `classCount` with equal probability.
///
/// - Parameters:
///   - shape: The shape of the result.
///   - classCount: The number of classes.
func labels(_ shape: [Int], classCount: Int) -> Tensor<Int32> {
    Tensor(converting: uniforms(shape, in: 0..<Float(classCount)))
}
