import CDMKernels

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
