import DMTensors

/// The adjoint of broadcasting: an operand that was repeated gathers the gradients of all its copies.
extension Tensor where Scalar: FloatingPointScalar {
    /// The sum over all axes along which a tensor of shape `operand` was repeated to become this one's.
    ///
    /// - Parameter operand: A shape that broadcasts to this tensor's.
    func summed(to operand: [Int]) -> Tensor {
        if shape == operand { return self }
        let added = rank - operand.count
        let repeated = shape.indices.filter { $0 < added || (operand[$0 - added] == 1 && shape[$0] != 1) }
        return sum(along: repeated, keepingAxes: true).reshaped(to: operand)
    }
}
