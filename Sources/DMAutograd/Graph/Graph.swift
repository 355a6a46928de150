package import DMTensors
import Synchronization

/// What made a node of the graph.
package enum NodeOrigin: Hashable, Sendable, CustomStringConvertible {
    /// Nothing: it is a leaf, whose gradient is asked for.
    case leaf
    /// An operation of the library.
    case operation(Operation)
    /// An operation of a user, under the name that it was given.
    case custom(String)

    /// What messages call it.
    package var description: String {
        switch self {
        case .leaf: "a leaf"
        case .operation(let operation): "\(operation)"
        case .custom(let name): "the custom operation '\(name)'"
        }
    }
}

/// Every differentiable operation of the library. The tests demand a gradient check for each of them.
package enum Operation: String, CaseIterable, Sendable {
    // Arithmetic.
    case add, subtract, multiply, divide, negate
    case addScalar, subtractFromScalar, multiplyByScalar, divideByScalar, divideScalar
    // Element-wise.
    case exponential, logarithm, squareRoot, square, reciprocal, absoluteValue, sine, cosine, power, raise, clamp
    case tangent, arcsine, arccosine, arctangent, hyperbolicSine, hyperbolicCosine
    case inverseHyperbolicSine, inverseHyperbolicCosine, inverseHyperbolicTangent, errorFunction
    // Activations.
    case hyperbolicTangent, sigmoid, logSigmoid, relu, gelu
    case leakyReLU, elu, selu, celu, hardSigmoid, hardSwish, mish, softplus, softsign, thresholdedReLU, shrink, swish, tanhGELU
    // Choices.
    case maximum, minimum, select
    // Reductions.
    case sum, mean, variance, maximumAlongAxis, softmax, logSoftmax, logSumExp, cumulativeSum
    // Shaping.
    case reshape, transpose, broadcast, slice, pad, concatenate, stack, gather, depthToSpace, spaceToDepth
    // Neural networks.
    case convolution2D, convolution2DTransposed, maximumPooled, averagePooled
    // Normalization, resampling, attention and the losses.
    case batchNormalize, normalize, layerNormalize, modulate, resize, resizeNearest, resample, gridSample, sampleDeformably
    case softmaxAttention, softmaxCrossEntropy, resizedCrossEntropy, negativeLogLikelihood
    // Products.
    case matrixProduct, affineMap, feedForward
    // Activation checkpointing.
    case checkpoint
}

/// One node of the graph. Nothing in it changes once it is made, so a graph may cross threads.
package final class Node<Scalar: FloatingPointScalar>: @unchecked Sendable {
    /// Larger than the serial number of every node that this one was made from.
    let serial: UInt64
    /// What made this node.
    let origin: NodeOrigin
    private(set) var parents: [Node]
    /// The gradient of each parent, given the gradient of this node's value.
    let pullback: @Sendable (Tensor<Scalar>) -> [Tensor<Scalar>]

    init(origin: NodeOrigin, parents: [Node], pullback: @escaping @Sendable (Tensor<Scalar>) -> [Tensor<Scalar>]) {
        serial = nextSerial.wrappingAdd(1, ordering: .relaxed).newValue
        self.origin = origin
        self.parents = parents
        self.pullback = pullback
    }

    // A chain of nodes is freed in a loop: freeing it by recursion overflows the stack of a task
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

extension Node {
    /// This node and all that it was made from, latest last: every node stands behind its parents,
    /// since a serial number is larger than those of the nodes it was made from.
    func ancestors() -> [Node] {
        var found = [serial: self]
        var waiting = [self]
        while let node = waiting.popLast() {
            for parent in node.parents where found.updateValue(parent, forKey: parent.serial) == nil {
                waiting.append(parent)
            }
        }
        return found.values.sorted { $0.serial < $1.serial }
    }
}

/// What tests ask about the graph behind a variable.
extension Variable {
    /// The library's operations that this variable was made by, back to the leaves.
    package var operations: Set<Operation> {
        Set(ancestors.compactMap { if case .operation(let operation) = $0.origin { operation } else { nil } })
    }

    /// The pullbacks of the nodes that this variable was made by, without the nodes.
    package var pullbacks: [@Sendable (Tensor<Scalar>) -> [Tensor<Scalar>]] { ancestors.map(\.pullback) }

    /// The node of this variable, to see when it is freed.
    package var record: AnyObject? { node }

    private var ancestors: [Node<Scalar>] { node?.ancestors() ?? [] }
}
