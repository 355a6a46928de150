public import DMTensors

/// A tensor and, if it is tracked, the record of how it was made.
///
/// Operations on variables compute at once and note what backward needs. What is not tracked costs
/// nothing more than its tensor.
///
/// ```swift
/// let x = Variable<Double>.tracked(Tensor([1, 2, 3]))
/// let gradients = Gradients(of: (x * x * x).sum())
/// gradients[x]                        // [3, 12, 27]
/// ```
public struct Variable<Scalar: FloatingPointScalar>: Sendable {
    /// What was computed.
    public let value: Tensor<Scalar>
    let node: Node<Scalar>?

    /// A constant: nothing flows back through it.
    public init(_ value: Tensor<Scalar>) { self.init(value: value, node: nil) }

    /// A constant number, of shape `[]`.
    public init(_ scalar: Scalar) { self.init(Tensor(scalar)) }

    init(value: Tensor<Scalar>, node: Node<Scalar>?) {
        self.value = value
        self.node = node
    }

    /// A tracked leaf: gradients are asked for by it.
    public static func tracked(_ value: Tensor<Scalar>) -> Variable {
        Variable(value: value, node: Node(operation: nil, parents: [], pullback: { _ in [] }))
    }

    /// The extent of each axis.
    public var shape: [Int] { value.shape }

    /// Whether gradients flow back through this variable.
    public var isTracked: Bool { node != nil }

    /// The same value, cut off from how it was made.
    public var constant: Variable { Variable(value) }
}
