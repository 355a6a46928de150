package import DMTensors
import Synchronization

/// One tracked step. Nothing in it changes once it is made, so a graph may cross threads.
package final class Node<Scalar: FloatingPointScalar>: @unchecked Sendable {
    /// Larger than the serial number of every node that this one was made from.
    let serial: UInt64
    /// What made this node; `nil` for a leaf.
    let operation: Operation?
    private(set) var parents: [Node]
    /// The gradient of each parent, given the gradient of this node's value.
    let pullback: @Sendable (Tensor<Scalar>) -> [Tensor<Scalar>]

    init(operation: Operation?, parents: [Node], pullback: @escaping @Sendable (Tensor<Scalar>) -> [Tensor<Scalar>]) {
        serial = nextSerial.wrappingAdd(1, ordering: .relaxed).newValue
        self.operation = operation
        self.parents = parents
        self.pullback = pullback
    }

    // A chain of nodes is let go of in a loop: release by recursion overflows the stack of a task
    // somewhere between 20 000 and 200 000 nodes.
    deinit {
        var last = parents
        parents = []
        while var node = last.popLast() {
            if isKnownUniquelyReferenced(&node) {
                last.append(contentsOf: node.parents)
                node.parents = []
            }
        }
    }
}

private let nextSerial = Atomic<UInt64>(0)
