import DMTensors

/// A tensor of any scalar, to be opened by a generic function.
protocol DenseTensor: Sendable {
    associatedtype Scalar: TensorScalar
    /// The tensor itself.
    var dense: Tensor<Scalar> { get }
}

/// A tensor of numbers.
protocol NumericTensor: DenseTensor where Scalar: NumericScalar {}

/// A tensor of real numbers.
protocol RealTensor: NumericTensor where Scalar: FloatingPointScalar {}

extension Tensor: DenseTensor { var dense: Tensor<Scalar> { self } }
extension Tensor: NumericTensor where Scalar: NumericScalar {}
extension Tensor: RealTensor where Scalar: FloatingPointScalar {}

extension DenseTensor {
    var shape: [Int] { dense.shape }

    /// The elements as numbers of another type.
    func converted<Other>(to: Other.Type) -> Tensor<Other> { Tensor<Other>(converting: dense) }
}
