public import DMLayers
public import DMTensors

/// Stochastic gradient descent with momentum.
///
/// v <- momentum v + g + weightDecay p;  p <- p - learningRate v
///
/// Source: Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964; in the
/// form of Sutskever et al., ICML 2013, without Nesterov's step.
public struct SGD: Optimizer {
    /// The share of the velocity that is kept, in 0..<1.
    public let momentum: Float
    /// The pull of every parameter toward zero.
    public let weightDecay: Float
    /// The velocities.
    public var state = ParameterValues()

    /// An optimizer at rest.
    public init(momentum: Float = 0.9, weightDecay: Float = 0) {
        self.momentum = momentum
        self.weightDecay = weightDecay
    }

    /// Moves every parameter of `model` one step.
    public mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: (String) -> Float) {
        if state.count == 0 { state = gradients.zeros }
        var velocities = state
        state = ParameterValues()
        model.updateParameters { parameter, name, index in
            checkGradient(gradients, at: index, fits: name, parameter.shape)
            parameter.descend(
                along: gradients[index], velocity: &velocities[index], rate: Double(learningRate(name)),
                momentum: Double(momentum), decay: Double(weightDecay))
        }
        state = velocities
    }
}
