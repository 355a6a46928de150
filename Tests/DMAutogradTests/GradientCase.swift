import DMAutograd
import DMTensors

/// One function of some operands whose gradients are checked, as an example of one operation.
struct GradientCase: Sendable, CustomStringConvertible {
    typealias Function = @Sendable ([Variable<Double>]) -> Variable<Double>

    let operation: Operation
    let operands: [Tensor<Double>]
    let function: Function

    var description: String { "\(operation) of \(operands.map(\.shape))" }

    /// Cases of one operation, one for each list of operand shapes.
    ///
    /// ```swift
    /// each(.add, of: [[[2, 3], [3]], [[1], [4]]]) { $0[0] + $0[1] }
    /// ```
    ///
    /// - Parameters:
    ///   - shapes: For each case the shapes of its operands.
    ///   - range: Where the operands' elements lie.
    ///   - function: Is handed one variable for each operand.
    static func each(
        _ operation: Operation, of shapes: [[[Int]]], in range: ClosedRange<Double> = -2...2, function: @escaping Function
    ) -> [GradientCase] {
        shapes.map { GradientCase(operation: operation, operands: spread($0, in: range), function: function) }
    }

    /// Operands whose elements are all different and, for a symmetric range, none of them zero: far
    /// enough apart that no step of a difference crosses a kink of a rectifier or a maximum.
    static func spread(_ shapes: [[Int]], in range: ClosedRange<Double> = -2...2) -> [Tensor<Double>] {
        var position = 0
        return shapes.map { shape in
            Tensor(shape: shape) { elements in
                for i in elements.indices {
                    position += 1
                    let fraction = (Double(position) * 2.0.squareRoot()).truncatingRemainder(dividingBy: 1)
                    elements[i] = range.lowerBound + (range.upperBound - range.lowerBound) * fraction
                }
            }
        }
    }
}

extension GradientCase {
    /// The cases of all topics; a new topic is one more line here.
    static let all: [GradientCase] = [
        arithmetic,
        elementary,
        functions,
        choices,
        reductions,
        shaping,
        indexing,
        products,
        networks,
        convolution,
        resampling,
        composedNormalization,
        checkpointing,
    ].flatMap { $0 }

    /// The cases of one operation.
    static func cases(of operation: Operation) -> [GradientCase] { all.filter { $0.operation == operation } }
}

/// Shapes that gradient cases have in common.
enum Shapes {
    /// One operand: a single number, extent 1, odd extents, several axes, nothing at all.
    static let single: [[[Int]]] = [[[]], [[1]], [[7]], [[3, 5]], [[2, 1, 3]], [[0, 3]]]

    /// Two operands: equal shapes, single numbers, each side repeated, both repeated, a missing axis, nothing at all.
    static let pairs: [[[Int]]] = [
        [[3, 5], [3, 5]], [[], []], [[2, 3], []], [[1], [4]], [[3], [2, 3]], [[2, 1, 3], [4, 1]], [[2, 3, 1], [3, 5]],
        [[0, 3], [3]], [[0, 2], [1, 1]],
    ]
}
