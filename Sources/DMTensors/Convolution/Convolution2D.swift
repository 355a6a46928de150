import CDMKernels

/// Two-dimensional convolution (cross-correlation, as everywhere in deep learning).
///
/// y[n, r, c, o] = Σ_{i, j, k} x[n, r · stride + i · dilation − padding, c · stride + j · dilation − padding, k] · w[i, j, k, o]
///
/// ```swift
/// let y = convolution2D(x, w, Convolution2DGeometry(stride: 2, padding: 1))
/// ```
///
/// - Parameters:
///   - x: `[batch, height, width, channels]`.
///   - w: `[kernel height, kernel width, channels / groups, output channels]`.
///   - geometry: Stride, padding, dilation and groups.
/// - Returns: `[batch, output height, output width, output channels]`.
/// - Precondition: The channels match, and the number of groups divides the output channels.
public func convolution2D<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ geometry: Convolution2DGeometry = Convolution2DGeometry()
) -> Tensor<Scalar> {
    convolution2D(x, w, geometry, kernels: Scalar.kernelTables)
}

package func convolution2D<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ geometry: Convolution2DGeometry, kernels: KernelTables,
    algorithm: ConvolutionAlgorithm? = nil
) -> Tensor<Scalar> {
    let shape = ConvolutionShape("convolution2D", x: x.shape, w: w.shape, geometry: geometry)
    return Tensor(shape: shape.outputShape) { y in
        let result = UnsafeMutableRawPointer(y.baseAddress!)
        switch algorithm ?? .fastest(for: shape, of: Scalar.self) {
        case .direct:
            ConvolutionPlan(forward: shape).run(
                source: x, weights: w, shape: shape, weightsAreTransposed: false, result: result, kernels: kernels)
        case .winograd(let tile):
            WinogradPlan(forward: shape, tile: tile).run(
                source: x, weights: w, weightsAreTransposed: false, result: result, kernels: kernels)
        }
    }
}

/// The gradient of the input of `convolution2D`.
///
/// dx[n, y, x, k] = Σ dy[n, r, c, o] · w[i, j, k, o] over all (r, c) and taps (i, j) that meet at (y, x)
///
/// - Parameters:
///   - dy: The gradient of the output, `[batch, output height, output width, output channels]`.
///   - w: `[kernel height, kernel width, channels / groups, output channels]`.
///   - inputShape: `[batch, height, width, channels]` of the input.
///   - geometry: The geometry of the convolution.
/// - Returns: A tensor of the shape `inputShape`.
package func convolution2DInputGradient<Scalar: FloatingPointScalar>(
    _ dy: Tensor<Scalar>, _ w: Tensor<Scalar>, inputShape: [Int], _ geometry: Convolution2DGeometry,
    kernels: KernelTables = Scalar.kernelTables, algorithm: ConvolutionAlgorithm? = nil
) -> Tensor<Scalar> {
    let shape = ConvolutionShape("convolution2DInputGradient", x: inputShape, w: w.shape, geometry: geometry)
    require(
        dy.shape == shape.outputShape,
        "convolution2DInputGradient of an input \(inputShape) with weights \(w.shape) takes a gradient \(shape.outputShape), not \(dy.shape)"
    )
    return Tensor(shape: inputShape) { dx in
        let result = UnsafeMutableRawPointer(dx.baseAddress!)
        if case .winograd(let tile) = algorithm ?? .fastest(for: shape, of: Scalar.self) {
            return WinogradPlan(inputGradient: shape, tile: tile).run(
                source: dy, weights: w, weightsAreTransposed: true, result: result, kernels: kernels)
        }
        for row in 0..<geometry.stride.height {
            for column in 0..<geometry.stride.width where row < shape.input.height && column < shape.input.width {
                let plan = ConvolutionPlan(inputGradient: shape, phase: HeightAndWidth(height: row, width: column))
                plan.run(source: dy, weights: w, shape: shape, weightsAreTransposed: true, result: result, kernels: kernels)
            }
        }
    }
}

extension ConvolutionPlan {
    /// Computes every position of the plan.
    ///
    /// - Parameters:
    ///   - source: What the taps read.
    ///   - weights: `[kernel height, kernel width, channels / groups, output channels]`.
    ///   - weightsAreTransposed: Whether the source has the weights' output channels.
    fileprivate func run<Scalar: FloatingPointScalar>(
        source: Tensor<Scalar>, weights: Tensor<Scalar>, shape: ConvolutionShape, weightsAreTransposed: Bool,
        result: UnsafeMutableRawPointer, kernels: KernelTables
    ) {
        if shape.isDepthwise {
            let ordered = orderedByTap(weights)
            withDepthwisePointer { plan in
                Parallelism.forEachUncheckedChunk(of: positionCount, size: depthwiseChunk) { chunk in
                    kernels.convolution.convolve_depthwise(
                        plan, source.storage.elements.baseAddress, ordered.elements.baseAddress, result, chunk.lowerBound, chunk.count)
                }
            }
            return
        }
        for group in 0..<shape.geometry.groups {
            let packed = PackedWeights<Scalar>(weights, shape: shape, group: group, taps: taps, transposed: weightsAreTransposed, kernels)
            withPointer(group: group) { plan in
                Parallelism.forEachUncheckedChunk(of: positionCount, size: kernels.matrix.block_rows) { chunk in
                    kernels.convolution.convolve(
                        plan, source.storage.elements.baseAddress, packed.storage.elements.baseAddress, result, chunk.lowerBound,
                        chunk.count)
                }
            }
        }
    }

    /// Depthwise weights `[tap, channel]` in the order of the plan's taps.
    private func orderedByTap<Scalar: FloatingPointScalar>(_ weights: Tensor<Scalar>) -> Storage<Scalar> {
        let channels = descriptor.source_channels
        let ordered = Storage<Scalar>(count: taps.count * channels)
        for (position, tap) in taps.enumerated() where channels > 0 {
            (ordered.elements.baseAddress! + position * channels)
                .initialize(from: weights.storage.elements.baseAddress! + tap * channels, count: channels)
        }
        return ordered
    }

    /// About a hundred thousand products in each chunk.
    private var depthwiseChunk: Int { max(1, 100_000 / max(1, taps.count * descriptor.source_channels)) }
}

/// Transposed two-dimensional convolution: what `convolution2D` with the same weights does to gradients.
///
/// y[n, r · stride + i · dilation − padding, c · stride + j · dilation − padding, o] += x[n, r, c, k] · w[i, j, o, k]
///
/// - Parameters:
///   - x: `[batch, height, width, channels]`.
///   - w: `[kernel height, kernel width, output channels / groups, channels]`.
///   - geometry: Stride, padding, dilation and groups of the convolution that leads back.
///   - outputPadding: Rows below and columns behind that are added to the smallest output, less than stride or dilation.
/// - Returns: `[batch, (height − 1) · stride + dilation · (kernel height − 1) + 1 − padding + outputPadding, ...]`, where
///   padding is that of both sides together.
/// - Precondition: The channels match, and the number of groups divides them.
public func convolution2DTransposed<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ geometry: Convolution2DGeometry = Convolution2DGeometry(),
    outputPadding: HeightAndWidth = HeightAndWidth(0)
) -> Tensor<Scalar> {
    require(
        x.rank == 4 && w.rank == 4 && x.shape[3] == w.shape[3],
        "convolution2DTransposed takes an input [batch, height, width, channels] and weights [height, width, out, channels], "
            + "not \(x.shape) and \(w.shape)")
    func extent(_ axis: KeyPath<HeightAndWidth, Int>, input: Int, kernel: Int) -> Int {
        (input - 1) * geometry.stride[keyPath: axis] + geometry.dilation[keyPath: axis] * (kernel - 1) + 1
            - geometry.padding.total[keyPath: axis] + outputPadding[keyPath: axis]
    }
    let height = extent(\.height, input: x.shape[1], kernel: w.shape[0])
    let width = extent(\.width, input: x.shape[2], kernel: w.shape[1])
    require(
        min(height, width) >= 0 && min(outputPadding.height, outputPadding.width) >= 0,
        "convolution2DTransposed of an input \(x.shape) with weights \(w.shape): the output would have \(height) x \(width) pixels")
    return convolution2DInputGradient(x, w, inputShape: [x.shape[0], height, width, w.shape[2] * geometry.groups], geometry)
}
