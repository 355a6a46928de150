public import DMTensors

/// What a training needs to go on, or a network to predict: arrays, and everything else as a value.
public struct Checkpoint<State: Codable & Sendable>: Sendable {
    /// The number of training steps taken.
    public var step: Int
    /// The weights, averages and moments.
    public var arrays: ParameterValues
    /// All that is no array.
    public var state: State

    /// A checkpoint of the given content.
    public init(step: Int, arrays: ParameterValues, state: State) {
        self.step = step
        self.arrays = arrays
        self.state = state
    }
}

extension Checkpoint: Equatable where State: Equatable {}
