public import DMLayers
import DMTensors

extension Module {
    /// Moves this module toward another of the same make, running statistics included:
    /// a <- decay a + (1 - decay) x.
    ///
    /// Repeated after every step, this is the exponential moving average of a training
    /// (Tarvainen & Valpola, *Mean teachers are better role models*, NeurIPS 2017).
    ///
    /// - Parameters:
    ///   - other: The module to follow.
    ///   - decay: The share that is kept, in 0...1.
    public mutating func average(toward other: some Module, decay: Float) {
        let target = other.state
        updateState { value, name, index in
            checkGradient(target, at: index, fits: name, value.shape)
            value.average(toward: target[index], decay: Double(decay))
        }
    }
}
