public import DMAutograd
public import DMTensors

/// Passes its input on: a layer where one is asked for and nothing is to be done.
public struct Identity: ContextFreeLayer {
    /// A layer that does nothing.
    public init() {}

    /// x -> x.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { x }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}

/// The rectified linear unit, element by element: y = max(x, 0).
public struct ReLU: ContextFreeLayer {
    /// A rectifier.
    public init() {}

    /// x of any shape -> y of the same shape.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { x.relu() }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}

/// The Gaussian error linear unit, element by element: y = x Φ(x), with the distribution function Φ of the standard
/// normal distribution.
///
/// Source: Hendrycks & Gimpel, *Gaussian Error Linear Units*, 2016.
public struct GELU: ContextFreeLayer {
    /// An activation.
    public init() {}

    /// x of any shape -> y of the same shape.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { x.gelu() }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}

/// The logistic function, element by element: y = 1 / (1 + exp(-x)).
public struct Sigmoid: ContextFreeLayer {
    /// An activation.
    public init() {}

    /// x of any shape -> y of the same shape.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { x.sigmoid() }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}

/// The sigmoid linear unit (swish), element by element: y = x / (1 + exp(-x)).
///
/// Source: Elfwing, Uchibe & Doya, *Sigmoid-Weighted Linear Units*, Neural Networks 107, 2018.
public struct SiLU: ContextFreeLayer {
    /// An activation.
    public init() {}

    /// x of any shape -> y of the same shape.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { x * x.sigmoid() }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}

/// The hyperbolic tangent, element by element.
public struct Tanh: ContextFreeLayer {
    /// An activation.
    public init() {}

    /// x of any shape -> y of the same shape.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { x.tanh() }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}
