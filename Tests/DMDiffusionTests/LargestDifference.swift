import DMTensors

/// The largest absolute difference of two tensors of one shape.
func largestDifference(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Float { (x - y).absoluteValue().maximum() }
