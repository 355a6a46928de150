public import DMTensors

extension ParameterValues {
    /// Zeros of the same names and shapes.
    public var zeros: ParameterValues {
        var zeros = ParameterValues()
        for (name, value) in zip(names, values) { zeros.append(name, Tensor(repeating: 0, shape: value.shape)) }
        return zeros
    }

    /// The Euclidean norm of all numbers together.
    public var norm: Float { values.reduce(0) { $0 + $1.squared().sum() }.squareRoot() }

    /// The same direction with a norm of at most `limit`.
    public func clipped(toNorm limit: Float) -> ParameterValues {
        let norm = norm
        guard norm > limit else { return self }
        var clipped = self
        for i in clipped.values.indices { clipped.values[i] *= limit / norm }
        return clipped
    }
}
