public import DMTensors

/// A gradient check: the backward pass compared with central differences.
///
/// The result `f(x₁, …, xₙ)` is contracted with a fixed random direction `d`, so that one backward pass gives
/// everything that is compared: for each element `i` of each operand
///
///     ∂⟨d, f⟩/∂xᵢ  against  ⟨d, f(x + εeᵢ) − f(x − εeᵢ)⟩ / 2ε.
///
/// An element agrees if the two differ by at most `absoluteTolerance + relativeTolerance · |expected|`.
///
/// ```swift
/// import DMAutograd
/// import DMTensors
///
/// try GradientCheck().verify(at: [Tensor([1, 2, 3])]) { $0[0] * $0[0] }
/// ```
///
/// It checks a user's own operation as well, see ``Variable/custom(_:_:rule:)``. The defaults are those of PyTorch's
/// `gradcheck`. Points where the function has no derivative (a rectifier at zero, two equal maxima) have no meaningful
/// answer and do not belong in a check.
public struct GradientCheck: Sendable {
    /// ε, the distance that an element is moved to either side.
    public var step: Double
    /// The difference that is allowed whatever the derivative.
    public var absoluteTolerance: Double
    /// The difference that is allowed in proportion to the derivative.
    public var relativeTolerance: Double

    /// A check with the given step and tolerances.
    ///
    /// - Parameters:
    ///   - step: ε, above 0.
    ///   - absoluteTolerance: At least 0.
    ///   - relativeTolerance: At least 0.
    public init(step: Double = 1e-6, absoluteTolerance: Double = 1e-5, relativeTolerance: Double = 1e-3) {
        self.step = step
        self.absoluteTolerance = absoluteTolerance
        self.relativeTolerance = relativeTolerance
    }

    /// Compares the derivatives with respect to every element of every operand: with all operands
    /// tracked together, then with each of them tracked alone.
    ///
    /// - Parameters:
    ///   - point: The operands, of any shapes.
    ///   - function: Is handed one variable for each operand, and returns the same value for the same
    ///     operands: if it draws random numbers, it makes its own random source.
    /// - Returns: The number of derivatives that were compared.
    /// - Throws: The first difference, by operand and element.
    @discardableResult
    public func verify(
        at point: [Tensor<Double>], of function: ([Variable<Double>]) -> Variable<Double>
    ) throws(GradientMismatch) -> Int {
        let direction = GradientCheck.direction(shape: function(point.map { Variable($0) }).shape)
        let expected = point.indices.map { centralDifferences(of: function, at: point, operand: $0, direction: direction) }
        var compared = 0
        for tracked in GradientCheck.choices(of: point.count) {
            let variables = point.indices.map { tracked.contains($0) ? .tracked(point[$0]) : Variable(point[$0]) }
            let gradients = Gradients(of: function(variables), contractedWith: direction)
            for operand in tracked {
                let found = gradients[variables[operand]] ?? Tensor(repeating: 0, shape: point[operand].shape)
                try compare(found, with: expected[operand], operand: operand)
                compared += found.count
            }
        }
        return compared
    }

    /// All operands, then each alone.
    private static func choices(of count: Int) -> [Range<Int>] {
        count == 1 ? [0..<1] : [0..<count] + (0..<count).map { $0..<$0 + 1 }
    }

    private func compare(_ found: Tensor<Double>, with expected: Tensor<Double>, operand: Int) throws(GradientMismatch) {
        guard found.shape == expected.shape else {
            throw .shape(operand: operand, expected: expected.shape, found: found.shape)
        }
        for (element, (found, expected)) in zip(found.scalars, expected.scalars).enumerated() {
            // Written so that a difference that is not a number disagrees.
            guard abs(found - expected) <= absoluteTolerance + relativeTolerance * abs(expected) else {
                throw .element(operand: operand, element: element, expected: expected, found: found)
            }
        }
    }

    /// The derivatives of `⟨d, f⟩` with respect to the elements of one operand.
    private func centralDifferences(
        of function: ([Variable<Double>]) -> Variable<Double>, at point: [Tensor<Double>], operand: Int, direction: Tensor<Double>
    ) -> Tensor<Double> {
        let original = point[operand].scalars
        let derivatives = original.indices.map { element in
            let (above, below) = (original[element] + step, original[element] - step)
            // Subtracted before they are contracted, so that large elements cannot hide small differences.
            return (direction * (value(at: above) - value(at: below))).sum() / (above - below)

            func value(at scalar: Double) -> Tensor<Double> {
                var moved = point
                moved[operand].withUnsafeMutableElements { $0[element] = scalar }
                return function(moved.map { Variable($0) }).value
            }
        }
        return Tensor(derivatives, shape: point[operand].shape)
    }

    /// The direction that a result is contracted with. Ones would not do: the elements of a softmax,
    /// for one, add up to a constant, and every gradient would be 0.
    private static func direction(shape: [Int]) -> Tensor<Double> {
        var random = RandomSource(seed: 1)
        return random.uniform(shape: shape, in: -1..<1)
    }
}

/// The backward pass and central differences disagree.
public enum GradientMismatch: Error, Equatable, CustomStringConvertible {
    /// The gradient of an operand has a shape other than the operand's.
    case shape(operand: Int, expected: [Int], found: [Int])
    /// One derivative differs; `element` counts in row-major order, `expected` is the central
    /// difference and `found` is what backward gave.
    case element(operand: Int, element: Int, expected: Double, found: Double)

    /// Which operand, which element, what was expected and what was found.
    public var description: String {
        switch self {
        case .shape(let operand, let expected, let found):
            "operand \(operand): expected a gradient of shape \(expected), found \(found)"
        case .element(let operand, let element, let expected, let found):
            "operand \(operand), element \(element): expected the derivative \(expected), found \(found)"
        }
    }
}
