/// Backward and central differences disagree.
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
