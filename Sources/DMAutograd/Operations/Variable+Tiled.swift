import DMTensors

extension Variable {
    /// The variable repeated along its axes.
    ///
    /// - Parameter repetitions: For each axis how often, at least 0.
    public func tiled(_ repetitions: [Int]) -> Variable {
        require(
            repetitions.count == shape.count && repetitions.allSatisfy { $0 >= 0 }, "cannot repeat \(shape) \(repetitions) times")
        return reshaped(to: shape.flatMap { [1, $0] })
            .broadcast(to: zip(repetitions, shape).flatMap { [$0, $1] })
            .reshaped(to: zip(repetitions, shape).map { $0 * $1 })
    }
}
