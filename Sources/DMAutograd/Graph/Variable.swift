public import DMTensors

/// A tensor and, if it is tracked, the graph of operations that it was computed by.
///
/// Operations on variables compute at once (eagerly) and record what the backward pass needs. A variable that is not
/// tracked costs nothing more than its tensor.
///
/// ```swift
/// import DMAutograd
/// import DMTensors
///
/// let x = Variable<Double>.tracked(Tensor([1, 2, 3]))
/// let gradients = Gradients(of: (x * x * x).sum())
/// print(gradients[x]?.scalars ?? [])      // [3, 12, 27]
/// ```
///
/// An operation that the library lacks is added with ``custom(_:_:rule:)``.
public struct Variable<Scalar: FloatingPointScalar>: Sendable {
    /// What was computed.
    public let value: Tensor<Scalar>
    let node: Node<Scalar>?

    /// A constant: no gradient flows through it.
    public init(_ value: Tensor<Scalar>) { self.init(value: value, node: nil) }

    /// A constant number, of shape `[]`.
    public init(_ scalar: Scalar) { self.init(Tensor(scalar)) }

    init(value: Tensor<Scalar>, node: Node<Scalar>?) {
        self.value = value
        self.node = node
    }

    /// A tracked leaf of the graph: a variable that gradients are taken of (`requires_grad` in PyTorch).
    public static func tracked(_ value: Tensor<Scalar>) -> Variable {
        Variable(value: value, node: Node(origin: .leaf, parents: [], pullback: { _ in [] }))
    }

    /// The extent of each axis.
    public var shape: [Int] { value.shape }

    /// Whether gradients flow through this variable.
    public var isTracked: Bool { node != nil }

    /// The same value without its graph (`detach` in PyTorch, `stopGradient` in MLX).
    public var constant: Variable { Variable(value) }
}
