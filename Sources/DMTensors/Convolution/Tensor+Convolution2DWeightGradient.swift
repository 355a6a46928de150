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
    kernels: KernelTables = Scalar.kernelTables
) -> Tensor<Scalar> {
    let shape = ConvolutionShape("convolution2DWeightGradient", x: x.shape, w: weightShape, geometry: geometry)
    checkShape(
        dy.shape == shape.outputShape,
        "convolution2DWeightGradient of an input \(x.shape) with weights \(weightShape) takes a gradient \(shape.outputShape), not \(dy.shape)"
    )
    let (source, gradient) = (x.storage.elements.baseAddress, dy.storage.elements.baseAddress)
    // Few channels leave a tile half empty, unless neighbouring taps share it.
    let plan = ConvolutionPlan(forward: shape, mergesTaps: shape.groupInputChannels < 16)
    return Tensor(shape: weightShape) { dw in
        let result = UnsafeMutableRawPointer(dw.baseAddress!)
        if shape.isDepthwise {
            plan.withDepthwisePointer { plan in
                Parallelism.forEachChunk(of: shape.inputChannels, size: kernels.matrix.panel_columns) { channels in
                    kernels.convolution.weight_gradient_depthwise(
                        plan, source, gradient, result, shape.batch * shape.output.height * shape.output.width,
                        channels.lowerBound, channels.count)
                }
            }
            return
        }
        let blocks = plan.weightBlocks(panelColumns: kernels.matrix.panel_columns)
        for group in 0..<geometry.groups {
            plan.withPointer(group: group) { plan in
                Parallelism.forEachChunk(of: blocks.count, size: 1) { chunk in
                    for block in blocks[chunk] {
                        withUnsafePointer(to: block) {
                            kernels.convolution.weight_gradient(
                                plan, $0, source, gradient, result, shape.batch * shape.output.height * shape.output.width)
                        }
                    }
                }
            }
        }
    }
}

extension ConvolutionPlan {
    /// The gradient of the weights in blocks, each of which one thread sums over all positions: the
    /// order of the sums then does not depend on the number of threads, and there is nothing to add up.
    fileprivate func weightBlocks(panelColumns: Int) -> [dm_weight_block] {
        let columns = descriptor.group_result_channels
        let panels = (columns + panelColumns - 1) / panelColumns
        // A block's sums stay in the second-level cache; there are enough blocks to share out evenly.
        let fewest = 16
        var columnBlocks = (panels + 7) / 8
        if runs.count * columnBlocks < fewest { columnBlocks = min(panels, (fewest + runs.count - 1) / max(1, runs.count)) }
        var blocks: [dm_weight_block] = []
        for (index, run) in runs.enumerated() {
            let rows = run.taps * descriptor.group_source_channels
            var rowBlocks = (rows + 255) / 256
            if runs.count * columnBlocks * rowBlocks < fewest {
                rowBlocks = max(rowBlocks, min(rows / 28, fewest / (runs.count * columnBlocks)))
            }
            if run.taps > 1 { rowBlocks = 1 }
            for i in 0..<max(1, rowBlocks) {
                let (firstRow, lastRow) = (rows * i / max(1, rowBlocks), rows * (i + 1) / max(1, rowBlocks))
                for j in 0..<columnBlocks {
                    let firstColumn = panels * j / columnBlocks * panelColumns
                    let lastColumn = min(columns, panels * (j + 1) / columnBlocks * panelColumns)
                    blocks.append(
                        dm_weight_block(
                            run: index, first_row: firstRow, rows: lastRow - firstRow, first_column: firstColumn,
                            columns: lastColumn - firstColumn))
                }
            }
        }
        return blocks
    }
}
