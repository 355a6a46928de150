import CDMKernels

/// The weights of one group as the right-hand matrix `[tap · source channel, result channel]`, packed for the kernels.
struct PackedWeights<Scalar: FloatingPointScalar> {
    let storage: Storage<Scalar>

    /// - Parameters:
    ///   - weights: `[kernel height, kernel width, channels / groups, output channels]`.
    ///   - taps: The taps' indices in the weights, in the order that the product takes them.
    ///   - transposed: Whether output channels take the place of the depth, as in the gradient of the input.
    init(
        _ weights: Tensor<Scalar>, shape: ConvolutionShape, group: Int, taps: [Int], transposed: Bool, _ kernels: KernelTables
    ) {
        let (inputs, outputs) = (shape.groupInputChannels, shape.groupOutputChannels)
        let (depth, columns) = transposed ? (outputs, inputs) : (inputs, outputs)
        let panel = kernels.matrix.panel_columns
        storage = Storage(count: columns.dividedUp(by: panel) * panel * taps.count * depth)
        let rows = max(1, Parallelism.grain / max(1, columns))
        Parallelism.forEachChunk(of: taps.count * depth, size: rows) { chunk in
            var row = chunk.lowerBound
            while row < chunk.upperBound {
                let (position, first) = row.quotientAndRemainder(dividingBy: depth)
                let count = min(chunk.upperBound - row, depth - first)
                let tap = weights.storage.elements.baseAddress! + taps[position] * inputs * shape.outputChannels + group * outputs
                kernels.matrix.pack(
                    transposed ? tap + first : tap + first * shape.outputChannels, transposed ? 1 : shape.outputChannels,
                    transposed ? shape.outputChannels : 1, row, count, taps.count * depth, columns, storage.elements.baseAddress)
                row += count
            }
        }
    }
}
