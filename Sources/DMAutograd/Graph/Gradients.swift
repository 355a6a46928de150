public import DMTensors

/// The gradients of one number with respect to the tracked leaves that it was made from.
///
/// Those of a sum whose terms do not fit into memory together are added up term by term:
///
/// ```swift
/// var gradients = Gradients<Float>()
/// for part in parts { gradients.add(of: loss(part)) }
/// ```
public struct Gradients<Scalar: FloatingPointScalar>: Sendable {
    private var bySerial: [UInt64: Tensor<Scalar>] = [:]

    /// No gradients yet.
    public init() {}

    /// Runs backward from `result`.
    ///
    /// What forward kept is let go of as backward passes it, unless somebody else holds the result:
    ///
    /// ```swift
    /// let gradients = Gradients(of: consume loss)
    /// ```
    ///
    /// - Precondition: `result` is one number.
    public init(of result: consuming Variable<Scalar>) { add(of: consume result) }

    /// Runs backward from the inner product `⟨direction, result⟩`.
    ///
    /// - Parameters:
    ///   - result: Of any shape.
    ///   - direction: Of the shape of the result.
    public init(of result: consuming Variable<Scalar>, contractedWith direction: Tensor<Scalar>) {
        add(of: consume result, contractedWith: direction)
    }

    /// Runs backward from another result with the same leaves and adds its gradients to those that are there, in place.
    ///
    /// - Precondition: `result` is one number.
    public mutating func add(of result: consuming Variable<Scalar>) {
        require(result.value.count == 1, "gradients are of one number, not of the shape \(result.shape)")
        let direction = Tensor<Scalar>(repeating: 1, shape: result.shape)
        add(of: consume result, contractedWith: direction)
    }

    private mutating func add(of result: consuming Variable<Scalar>, contractedWith direction: Tensor<Scalar>) {
        require(
            result.shape == direction.shape, "cannot contract a result of shape \(result.shape) with a direction of \(direction.shape)")
        guard var waiting = result.node.map({ Gradients.ancestors(of: $0) }) else { return }
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
        require(
            sum.shape == contribution.shape,
            "\(node.operation.map { "\($0)" } ?? "a leaf") is handed gradients of shapes \(sum.shape) and \(contribution.shape)")
        sum += contribution
        bySerial[node.serial] = sum
    }

    /// `root` and all that it was made from, latest last: every node stands behind its parents,
    /// since a serial number is larger than those of the nodes it was made from.
    static func ancestors(of root: Node<Scalar>) -> [Node<Scalar>] {
        var found = [root.serial: root]
        var waiting = [root]
        while let node = waiting.popLast() {
            for parent in node.parents where found.updateValue(parent, forKey: parent.serial) == nil {
                waiting.append(parent)
            }
        }
        return found.values.sorted { $0.serial < $1.serial }
    }
}
