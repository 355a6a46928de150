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
            Parallelism.forEachUncheckedChunk(of: descriptor.source_channels, size: kernels.matrix.panel_columns) { channels in
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
        Parallelism.forEachUncheckedChunk(of: partition.jobCount, size: 1) { jobs in
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
        Parallelism.forEachUncheckedChunk(of: dw.count, size: Parallelism.grain) { elements in
            kernels.convolution.add_parts(
                further.address, dw.baseAddress, partition.positions.count - 1, dw.count, elements.lowerBound, elements.upperBound)
        }
    }
}

/// The gradient of convolution weights cut into jobs: blocks of weights, summed over parts of the positions.
///
/// The cuts depend on shapes alone, and parts are added in their order: the result is the same to the
/// last bit whatever the number of threads.
struct WeightGradientPartition {
    /// The parts of the positions; each but the first has sums of its own, to be added afterward.
    let positions: [Range<Int>]
    private let blocks: [dm_weight_block]
    private let groups: Int

    /// The number of jobs that make up the gradient.
    var jobCount: Int { groups * positions.count * blocks.count }

    /// - Precondition: There are weights at all.
    init(_ plan: ConvolutionPlan, groups: Int, scalarSize: Int, _ kernels: KernelTables) {
        let wantedJobs = 16, blockBytes = 1 << 19, mostPanels = 8, fewestRows = 56, fewestPositions = 768
        let depth = plan.taps.count * plan.descriptor.group_source_channels
        let columns = plan.descriptor.group_result_channels
        let panel = kernels.matrix.panel_columns
        let panels = columns.dividedUp(by: panel)
        let columnBlocks = panels.dividedUp(by: mostPanels)
        // The sums of a block stay in the second-level cache.
        let fewestRowBlocks = (depth * min(columns, mostPanels * panel) * scalarSize).dividedUp(by: blockBytes)
        // Parts cost a pass over the weights each, which must be small beside the sums.
        let parts = max(
            1, min(wantedJobs.dividedUp(by: groups * columnBlocks * fewestRowBlocks), plan.positionCount / fewestPositions))
        let rowBlocks = max(
            fewestRowBlocks, min(depth / fewestRows, wantedJobs.dividedUp(by: groups * columnBlocks * parts)))

        self.groups = groups
        positions = (0..<parts).map { plan.positionCount * $0 / parts..<plan.positionCount * ($0 + 1) / parts }
        let rows = WeightGradientPartition.rowRanges(plan, depth: depth, count: rowBlocks)
        blocks = rows.flatMap { rows in
            (0..<columnBlocks).map { j in
                let first = panels * j / columnBlocks * panel
                return dm_weight_block(
                    first_row: rows.lowerBound, rows: rows.count, first_column: first,
                    columns: min(columns, panels * (j + 1) / columnBlocks * panel) - first)
            }
        }
    }

    /// The group, the part of the positions and the block of weights of one job.
    func job(_ index: Int) -> (group: Int, part: Int, block: dm_weight_block) {
        let (rest, block) = index.quotientAndRemainder(dividingBy: blocks.count)
        return (rest / positions.count, rest % positions.count, blocks[block])
    }

    /// About `count` ranges of (tap, channel) rows; a run of several taps stays in one.
    private static func rowRanges(_ plan: ConvolutionPlan, depth: Int, count: Int) -> [Range<Int>] {
        var cuts = [0]
        var end = 0
        var wanted = 1
        for run in plan.runs {
            let start = end
            end += run.taps * plan.descriptor.group_source_channels
            while wanted < count, depth * wanted / count < end {
                let cut = run.taps > 1 ? start : depth * wanted / count
                if cut > cuts[cuts.count - 1] { cuts.append(cut) }
                wanted += 1
            }
        }
        return zip(cuts, cuts.dropFirst() + [depth]).map { $0..<$1 }
    }
}
