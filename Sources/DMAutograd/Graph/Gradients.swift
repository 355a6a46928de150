public import DMTensors

/// The gradients of one number with respect to the tracked leaves that it was computed from (reverse-mode differentiation).
///
/// ```swift
/// import DMAutograd
/// import DMTensors
///
/// let x = Variable<Float>.tracked(Tensor([1, 2]))
/// let gradients = Gradients(of: x.squared().sum())
/// print(gradients[x]?.scalars ?? [])      // [2, 4]
/// ```
///
/// The gradient of a sum whose terms do not fit into memory together is accumulated term by term (gradient accumulation):
///
/// ```swift
/// import DMAutograd
/// import DMTensors
///
/// let weight = Variable<Float>.tracked(Tensor([1, 2]))
/// var gradients = Gradients<Float>()
/// for factor: Float in [1, 10] { gradients.add(of: (weight * factor).sum()) }
/// print(gradients[weight]?.scalars ?? [])      // [11, 11]
/// ```
public struct Gradients<Scalar: FloatingPointScalar>: Sendable {
    private var bySerial: [UInt64: Tensor<Scalar>] = [:]

    /// No gradients yet.
    public init() {}

    /// Runs the backward pass from `result`.
    ///
    /// Intermediate values are freed during the backward pass if the caller gives up the result, as in
    /// `Gradients(of: consume loss)`.
    ///
    /// - Precondition: `result` is one number.
    public init(of result: consuming Variable<Scalar>) { add(of: consume result) }

    /// Runs the backward pass from the inner product `⟨direction, result⟩`: a vector-Jacobian product.
    ///
    /// - Parameters:
    ///   - result: Of any shape.
    ///   - direction: Of the shape of the result.
    public init(of result: consuming Variable<Scalar>, contractedWith direction: Tensor<Scalar>) {
        add(of: consume result, contractedWith: direction)
    }

    /// Runs the backward pass from another result with the same leaves and adds its gradients to those that are there, in place.
    ///
    /// - Precondition: `result` is one number.
    public mutating func add(of result: consuming Variable<Scalar>) {
        checkShape(result.value.count == 1, "gradients are of one number, not of the shape \(result.shape)")
        let direction = Tensor<Scalar>(repeating: 1, shape: result.shape)
        add(of: consume result, contractedWith: direction)
    }

    private mutating func add(of result: consuming Variable<Scalar>, contractedWith direction: Tensor<Scalar>) {
        checkShape(
            result.shape == direction.shape, "cannot contract a result of shape \(result.shape) with a direction of \(direction.shape)")
        guard var waiting = result.node.map({ $0.ancestors() }) else { return }
        if let last = waiting.last { add(direction, for: last) }
        result = Variable(direction)
        // A node's children stand behind it: once it is popped nobody else holds it, nor what its pullback needed.
        while let node = waiting.popLast() {
            guard !node.parents.isEmpty, let gradient = bySerial.removeValue(forKey: node.serial) else { continue }
            for (parent, contribution) in zip(node.parents, node.pullback(gradient)) {
                add(contribution, for: parent)
            }
        }
    }

    /// The gradient of the result with respect to `leaf`; `nil` if it does not depend on it.
    public subscript(_ leaf: Variable<Scalar>) -> Tensor<Scalar>? { leaf.node.flatMap { bySerial[$0.serial] } }

    private mutating func add(_ contribution: Tensor<Scalar>, for node: Node<Scalar>) {
        guard var sum = bySerial.removeValue(forKey: node.serial) else {
            bySerial[node.serial] = contribution
            return
        }
        checkShape(
            sum.shape == contribution.shape,
            "\(node.origin) is handed gradients of the shapes \(sum.shape) and \(contribution.shape)")
        sum += contribution
        bySerial[node.serial] = sum
    }
}
