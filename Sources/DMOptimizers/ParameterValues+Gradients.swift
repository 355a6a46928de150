public import DMTensors

extension ParameterValues {
    /// Zeros of the same names and shapes.
    public var zeros: ParameterValues {
        mapValues { Tensor(repeating: 0, shape: $0.shape) }
    }

    /// The Euclidean norm of all numbers together.
    public var norm: Float { values.reduce(0) { $0 + $1.squared().sum() }.squareRoot() }

    /// The same direction with a norm of at most `limit`.
    public func clipped(toNorm limit: Float) -> ParameterValues {
        let norm = norm
        guard norm > limit else { return self }
        return mapValues { $0 * (limit / norm) }
    }
}
