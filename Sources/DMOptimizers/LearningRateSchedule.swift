import Foundation

/// The learning rate as a function of the step.
///
/// A conformance of one's own needs one function:
///
/// ```swift
/// import DMOptimizers
/// import Foundation
///
/// /// Falls along half a cosine: initial (1 + cos(π step / steps)) / 2.
/// struct CosineDecay: LearningRateSchedule {
///     var initial: Float
///     var steps: Int
///
///     func callAsFunction(_ step: Int) -> Float {
///         initial * (1 + Float(cos(Double.pi * Double(min(step, steps)) / Double(steps)))) / 2
///     }
/// }
///
/// let schedule = CosineDecay(initial: 0.1, steps: 1_000).warmedUp(over: 50)
/// let rate = schedule(0)
/// ```
public protocol LearningRateSchedule: Sendable {
    /// The learning rate of a step.
    ///
    /// - Parameter step: The number of the step, from 0.
    /// - Returns: A rate of at least 0.
    func callAsFunction(_ step: Int) -> Float
}

extension LearningRateSchedule {
    /// This schedule behind a linear warm-up.
    ///
    /// - Parameter steps: The number of steps until the rate is this schedule's own; at least 0.
    public func warmedUp(over steps: Int) -> LinearWarmup<Self> { LinearWarmup(over: steps, of: self) }
}

/// The same learning rate at every step.
public struct ConstantLearningRate: LearningRateSchedule, Equatable {
    /// The rate of every step.
    public let rate: Float

    /// A schedule.
    ///
    /// - Parameter rate: At least 0.
    public init(_ rate: Float) { self.rate = rate }

    /// The rate of every step.
    public func callAsFunction(_ step: Int) -> Float { rate }
}

/// A learning rate that falls to zero over the training ("poly"): initial (1 - step / steps)^power.
///
/// Source: Chen et al., *DeepLab*, TPAMI 2018, section 4.1.
public struct PolynomialDecay: LearningRateSchedule, Equatable {
    /// The rate of the first step.
    public let initial: Float
    /// The number of steps of the training.
    public let steps: Int
    /// The exponent; 1 is a straight line.
    public let power: Float

    /// A schedule.
    ///
    /// - Parameters:
    ///   - initial: The rate of the first step, at least 0.
    ///   - steps: The number of steps of the training.
    ///   - power: The exponent, at least 0.
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

/// A schedule whose first steps are shortened: schedule(step) min(1, (step + 1) / steps).
///
/// Source: Goyal et al., *Accurate, Large Minibatch SGD*, 2017, section 2.2.
public struct LinearWarmup<Schedule: LearningRateSchedule>: LearningRateSchedule {
    /// The schedule without the warm-up.
    public let schedule: Schedule
    /// The number of steps of the warm-up.
    public let steps: Int

    /// A warm-up.
    ///
    /// - Parameters:
    ///   - steps: The number of steps until the rate is the schedule's own; at least 0.
    ///   - schedule: The schedule without the warm-up. It is not delayed: step `n` has its rate of step `n`.
    public init(over steps: Int, of schedule: Schedule) {
        self.schedule = schedule
        self.steps = steps
    }

    /// The rate of the step numbered from 0.
    public func callAsFunction(_ step: Int) -> Float {
        let rate = schedule(step)
        return step + 1 < steps ? rate * (Float(step + 1) / Float(steps)) : rate
    }
}

extension LinearWarmup: Equatable where Schedule: Equatable {}
