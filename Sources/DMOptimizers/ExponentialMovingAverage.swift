public import DMLayers
import DMTensors

extension Module {
    /// Moves this module toward another of the same make, running statistics included: one step of an exponential moving
    /// average (EMA).
    ///
    /// a <- decay a + (1 - decay) x
    ///
    /// Called after every training step it makes this module the EMA of the other's weights: the teacher of a
    /// mean-teacher method (Tarvainen & Valpola, *Mean teachers are better role models*, NeurIPS 2017).
    ///
    /// ```swift
    /// import DMLayers
    /// import DMOptimizers
    /// import DMTensors
    ///
    /// var random = RandomSource(seed: 1)
    /// let student = Linear(inputs: 3, outputs: 2, random: &random)
    /// var teacher = student
    /// teacher.updateEMA(toward: student, decay: 0.99)
    /// ```
    ///
    /// - Parameters:
    ///   - other: The module to follow, with parameters and statistics of the same names and shapes.
    ///   - decay: How much of this module is kept, in 0...1.
    public mutating func updateEMA(toward other: some Module, decay: Float) {
        let target = other.state
        var count = 0
        updateState { value, name, index in
            checkFit(target, at: index, name, value.shape, "the module to follow is")
            value.average(toward: target[index], decay: Double(decay))
            count += 1
        }
        checkEnd(target, at: count, "the module to follow is")
    }
}
