import CDMKernels

extension ConvolutionPlan {
    /// The gradient of one group's weights in blocks, each of which one thread sums over all positions:
    /// the order of the sums then does not depend on the number of threads, and there is nothing to add up.
    ///
    /// A block is small enough for its sums to stay in the second-level cache, and there are enough
    /// blocks to share out evenly.
    ///
    /// - Precondition: There are weights at all.
    func weightBlocks(panelColumns: Int) -> [dm_weight_block] {
        let fewest = 16, mostPanels = 8, mostRows = 256, fewestRows = 28
        let columns = descriptor.group_result_channels
        let panels = (columns + panelColumns - 1) / panelColumns
        let columnBlocks = max((panels + mostPanels - 1) / mostPanels, min(panels, (fewest + runs.count - 1) / runs.count))
        return runs.enumerated().flatMap { index, run -> [dm_weight_block] in
            let rows = run.taps * descriptor.group_source_channels
            let wanted = max((rows + mostRows - 1) / mostRows, min(rows / fewestRows, fewest / (runs.count * columnBlocks)))
            // Taps that share a tile stay together.
            let rowBlocks = run.taps > 1 ? 1 : max(1, wanted)
            return (0..<rowBlocks * columnBlocks).map { block in
                let (i, j) = (block / columnBlocks, block % columnBlocks)
                let firstRow = rows * i / rowBlocks
                let firstColumn = panels * j / columnBlocks * panelColumns
                return dm_weight_block(
                    run: index, first_row: firstRow, rows: rows * (i + 1) / rowBlocks - firstRow, first_column: firstColumn,
                    columns: min(columns, panels * (j + 1) / columnBlocks * panelColumns) - firstColumn)
            }
        }
    }
}
