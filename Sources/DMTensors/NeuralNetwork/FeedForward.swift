import CDMKernels

/// The weights of two affine maps, one behind the other.
public struct FeedForwardWeights<Scalar: FloatingPointScalar>: Sendable {
    /// A, `[inputs, hidden]`.
    public var first: Tensor<Scalar>
    /// a, `[hidden]`.
    public var firstBias: Tensor<Scalar>
    /// B, `[hidden, outputs]`.
    public var second: Tensor<Scalar>
    /// b, `[outputs]`.
    public var secondBias: Tensor<Scalar>

    /// The weights of both maps.
    public init(first: Tensor<Scalar>, firstBias: Tensor<Scalar>, second: Tensor<Scalar>, secondBias: Tensor<Scalar>) {
        self.first = first
        self.firstBias = firstBias
        self.second = second
        self.secondBias = secondBias
    }

    fileprivate func check(_ x: [Int], addsInput: Bool) {
        require(
            first.rank == 2 && second.rank == 2 && x.last == first.shape[0] && firstBias.shape == [first.shape[1]]
                && second.shape[0] == first.shape[1] && secondBias.shape == [second.shape[1]],
            "no feed-forward of \(x) by weights \(first.shape), \(firstBias.shape), \(second.shape), \(secondBias.shape)")
        require(
            !addsInput || first.shape[0] == second.shape[1],
            "a feed-forward from \(first.shape[0]) to \(second.shape[1]) features cannot add its input")
    }
}

/// Two affine maps of each row with a GELU between them: y = gelu(x A + a) B + b, plus x if wanted.
///
/// What lies between the maps, often four times as wide as x, never leaves the cache.
///
/// - Parameters:
///   - x: Rows `[..., inputs]`.
///   - weights: Of both maps.
///   - addingInput: Whether x is added.
/// - Returns: `[..., outputs]`.
/// - Precondition: x is added only where there are as many outputs as inputs.
public func feedForward<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, _ weights: FeedForwardWeights<Scalar>, addingInput: Bool = false
) -> Tensor<Scalar> {
    feedForward(x, weights, addingInput: addingInput, kernels: Scalar.kernelTables)
}

package func feedForward<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, _ weights: FeedForwardWeights<Scalar>, addingInput: Bool, kernels: KernelTables
) -> Tensor<Scalar> {
    weights.check(x.shape, addsInput: addingInput)
    let layer = PackedFeedForward(weights, addsInput: addingInput, forGradient: false, kernels)
    let rows = layer.rows(of: x, kernels)
    return Tensor(shape: x.shape.dropLast() + [layer.outputs]) { z in
        guard let z = z.baseAddress, rows.count > 0 else { return }
        withElements(of: x) { x in
            layer.withPointer { plan in
                Parallelism.forEachUncheckedChunk(of: rows.count, size: rows.size) { chunk in
                    withScratch(kernels.linear.feed_forward_scratch(plan)) { scratch in
                        kernels.linear.feed_forward(
                            plan, x + chunk.lowerBound * layer.inputs, z + chunk.lowerBound * layer.outputs, chunk.count, scratch)
                    }
                }
            }
        }
    }
}

/// The gradients of `feedForward`, given that of its result. What lies between the maps is computed again.
package func feedForwardGradients<Scalar: FloatingPointScalar>(
    of dy: Tensor<Scalar>, x: Tensor<Scalar>, _ weights: FeedForwardWeights<Scalar>, addingInput: Bool,
    kernels: KernelTables = Scalar.kernelTables
) -> (x: Tensor<Scalar>, weights: FeedForwardWeights<Scalar>) {
    let layer = PackedFeedForward(weights, addsInput: addingInput, forGradient: true, kernels)
    let (inputs, hidden, outputs) = (layer.inputs, layer.hidden, layer.outputs)
    let rows = layer.rows(of: x, kernels)
    let length = (inputs + 1) * hidden + (hidden + 1) * outputs
    let sums = Storage<Scalar>(count: rows.parts * length)
    let dx = Storage<Scalar>(count: x.count)
    withElements(of: x, dy) { x, dy in
        layer.withPointer { plan in
            rows.forEachPart { part, rows in
                withScratch(kernels.linear.feed_forward_scratch(plan)) { scratch in
                    kernels.linear.feed_forward_gradient(
                        plan, x + rows.lowerBound * inputs, dy + rows.lowerBound * outputs, dx.address + rows.lowerBound * inputs,
                        sums.address + part * length, rows.count, scratch)
                }
            }
        }
    }
    rows.addParts(sums, kernels)
    let gradients = FeedForwardWeights(
        first: sums.tensor(at: 0, shape: [inputs, hidden]), firstBias: sums.tensor(at: inputs * hidden, shape: [hidden]),
        second: sums.tensor(at: (inputs + 1) * hidden, shape: [hidden, outputs]),
        secondBias: sums.tensor(at: (inputs + 1) * hidden + hidden * outputs, shape: [outputs]))
    return (Tensor(shape: x.shape, storage: dx), gradients)
}

/// A feed-forward layer as the kernels take it.
private struct PackedFeedForward<Scalar: FloatingPointScalar> {
    let inputs: Int
    let hidden: Int
    let outputs: Int
    private let weights: FeedForwardWeights<Scalar>
    private let first, second: PackedMatrix<Scalar>
    private let transposedFirst, transposedSecond: PackedMatrix<Scalar>?
    private let addsInput: Bool

    init(_ weights: FeedForwardWeights<Scalar>, addsInput: Bool, forGradient: Bool, _ kernels: KernelTables) {
        (inputs, hidden, outputs) = (weights.first.shape[0], weights.first.shape[1], weights.second.shape[1])
        self.weights = weights
        self.addsInput = addsInput
        first = PackedMatrix(weights.first, kernels)
        second = PackedMatrix(weights.second, kernels)
        transposedFirst = forGradient ? PackedMatrix(weights.first, isTransposed: true, kernels) : nil
        transposedSecond = forGradient ? PackedMatrix(weights.second, isTransposed: true, kernels) : nil
    }

    func rows(of x: Tensor<Scalar>, _ kernels: KernelTables) -> RowChunks {
        RowChunks(count: x.shape.dropLast().reduce(1, *), work: hidden * (inputs + outputs), kernels)
    }

    func withPointer(_ body: (UnsafePointer<dm_feed_forward>) -> Void) {
        withElements(of: weights.firstBias, weights.secondBias) { firstBias, secondBias in
            var layer = dm_feed_forward(
                inputs: inputs, hidden: hidden, outputs: outputs, first: first.address, first_bias: firstBias, second: second.address,
                second_bias: secondBias, transposed_first: transposedFirst?.address, transposed_second: transposedSecond?.address,
                adds_input: addsInput)
            withExtendedLifetime(self) { body(&layer) }
        }
    }
}
