import CDMKernels

/// The gradient of the weights of `convolution2D`.
///
/// dw[i, j, k, o] = Σ_{n, r, c} x[n, r · stride + i · dilation − padding, c · stride + j · dilation − padding, k] · dy[n, r, c, o]
///
/// - Parameters:
///   - x: The input, `[batch, height, width, channels]`.
///   - dy: The gradient of the output, `[batch, output height, output width, output channels]`.
///   - weightShape: `[kernel height, kernel width, channels / groups, output channels]`.
///   - geometry: The geometry of the convolution.
/// - Returns: A tensor of the shape `weightShape`.
package func convolution2DWeightGradient<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, _ dy: Tensor<Scalar>, weightShape: [Int], _ geometry: Convolution2DGeometry,
    kernels: KernelTables = Scalar.kernelTables, algorithm: ConvolutionAlgorithm? = nil
) -> Tensor<Scalar> {
    let shape = ConvolutionShape("convolution2DWeightGradient", x: x.shape, w: weightShape, geometry: geometry)
    require(
        dy.shape == shape.outputShape,
        "convolution2DWeightGradient of an input \(x.shape) with weights \(weightShape) takes a gradient \(shape.outputShape), not \(dy.shape)"
    )
    return Tensor(shape: weightShape) { dw in
        if dw.isEmpty { return }
        withElements(of: x, dy) { x, dy in
            if case .winograd(let tile) = algorithm ?? .fastest(for: shape, of: Scalar.self) {
                return WinogradPlan(forward: shape, tile: tile).setWeightGradient(x, dy, dw, kernels)
            }
            // Few channels leave a tile half empty, unless neighboring taps share it.
            let plan = ConvolutionPlan(forward: shape, mergesTaps: shape.groupInputChannels < 16)
            if shape.isDepthwise {
                plan.setDepthwiseWeightGradient(x, dy, dw, kernels)
            } else {
                plan.setWeightGradient(x, dy, dw, groups: geometry.groups, kernels)
            }
        }
    }
}

extension ConvolutionPlan {
    fileprivate func setDepthwiseWeightGradient<Scalar: FloatingPointScalar>(
        _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ dw: UnsafeMutableBufferPointer<Scalar>, _ kernels: KernelTables
    ) {
        withDepthwisePointer { plan in
            Parallelism.forEachChunk(of: descriptor.source_channels, size: kernels.matrix.panel_columns) { channels in
                kernels.convolution.weight_gradient_depthwise(
                    plan, x, dy, dw.baseAddress, positionCount, channels.lowerBound, channels.count)
            }
        }
    }

    fileprivate func setWeightGradient<Scalar: FloatingPointScalar>(
        _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ dw: UnsafeMutableBufferPointer<Scalar>, groups: Int,
        _ kernels: KernelTables
    ) {
        let partition = WeightGradientPartition(self, groups: groups, scalarSize: MemoryLayout<Scalar>.size, kernels)
        let further = Storage<Scalar>(count: (partition.positions.count - 1) * dw.count)
        Parallelism.forEachChunk(of: partition.jobCount, size: 1) { jobs in
            for job in jobs {
                let (group, part, block) = partition.job(job)
                let positions = partition.positions[part]
                let target = part == 0 ? dw.baseAddress! : further.address + (part - 1) * dw.count
                withPointer(group: group) { plan in
                    withUnsafePointer(to: block) { block in
                        kernels.convolution.weight_gradient(plan, block, x, dy, target, positions.lowerBound, positions.count)
                    }
                }
            }
        }
        if partition.positions.count == 1 { return }
        Parallelism.forEachChunk(of: dw.count, size: Parallelism.grain) { elements in
            kernels.convolution.add_parts(
                further.address, dw.baseAddress, partition.positions.count - 1, dw.count, elements.lowerBound, elements.upperBound)
        }
    }
}
