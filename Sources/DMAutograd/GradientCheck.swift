public import DMTensors

/// Compares backward with central differences.
///
/// The result `f(x₁, …, xₙ)` is contracted with a fixed direction `d`, so that one backward pass gives
/// all that is compared: for each element `i` of each operand
///
///     ∂⟨d, f⟩/∂xᵢ  against  ⟨d, f(x + εeᵢ) − f(x − εeᵢ)⟩ / 2ε.
///
/// An element agrees if the two differ by at most `absoluteTolerance + relativeTolerance · |expected|`.
///
/// ```swift
/// try GradientCheck().verify(at: [Tensor([1, 2, 3])]) { $0[0] * $0[0] }
/// ```
///
/// The defaults are those of PyTorch's `gradcheck`. Points where the function has no derivative (a
/// rectifier at zero, two equal maxima) have no meaningful answer and belong into no check.
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
    ///     operands: what it draws at random it draws from a source of its own.
    /// - Returns: The number of derivatives that were compared.
    /// - Throws: The first difference, by operand and element.
    @discardableResult
    public func verify(
        at point: [Tensor<Double>], of function: ([Variable<Double>]) -> Variable<Double>
    ) throws(GradientMismatch) -> Int {
        let expected = point.indices.map { centralDifferences(of: function, at: point, operand: $0) }
        var compared = 0
        for tracked in GradientCheck.choices(of: point.count) {
            let variables = point.indices.map { tracked.contains($0) ? .tracked(point[$0]) : Variable(point[$0]) }
            let result = function(variables)
            let gradients = Gradients(of: result, contractedWith: GradientCheck.direction(shape: result.shape))
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
        of function: ([Variable<Double>]) -> Variable<Double>, at point: [Tensor<Double>], operand: Int
    ) -> Tensor<Double> {
        let original = point[operand].scalars
        let differences = original.indices.map { element in
            let (above, below) = (original[element] + step, original[element] - step)
            let (after, before) = (value(at: above), value(at: below))
            return GradientCheck.contraction(of: after, minus: before) / (above - below)

            func value(at scalar: Double) -> Tensor<Double> {
                var moved = point
                moved[operand].withUnsafeMutableElements { $0[element] = scalar }
                return function(moved.map { Variable($0) }).value
            }
        }
        return Tensor(differences, shape: point[operand].shape)
    }

    private static func contraction(of y: Tensor<Double>, minus x: Tensor<Double>) -> Double {
        zip(direction(shape: y.shape).scalars, zip(y.scalars, x.scalars)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
    }

    /// The direction that a result is contracted with: numbers of both signs that repeat nowhere (the
    /// fractional parts of the multiples of the golden ratio), so that errors cannot cancel.
    private static func direction(shape: [Int]) -> Tensor<Double> {
        Tensor(shape: shape) { elements in
            for i in elements.indices {
                elements[i] = 2 * (Double(i + 1) * 0.618033988749895).truncatingRemainder(dividingBy: 1) - 1
            }
        }
    }
}
