import Foundation

/// A learning rate that falls to zero over the training: initial (1 - step / steps)^power.
public struct PolynomialDecay: Sendable, Equatable {
    /// The rate of the first step.
    public let initial: Float
    /// The number of steps of the training.
    public let steps: Int
    /// The bend of the curve; 1 is a straight line.
    public let power: Float

    /// A schedule.
    public init(initial: Float, steps: Int, power: Float = 0.9) {
        self.initial = initial
        self.steps = steps
        self.power = power
    }

    /// The rate of the step numbered from 0; zero from `steps` on.
    public func callAsFunction(_ step: Int) -> Float {
        let left = max(0, 1 - Double(step) / Double(max(1, steps)))
        return initial * Float(pow(left, Double(power)))
    }
}
