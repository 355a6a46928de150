public import DMTensors

/// The coarse grid on which masks are diffused, laid over full masks with the corners aligned.
///
/// Row `i` of the `h` rows stands for row `round(i (H - 1) / (h - 1))` of the `H` rows of the full
/// mask, and columns likewise: the grid on which bilinear up-sampling with aligned corners puts the
/// logits. Any other rule would shift masks against images by some pixels.
public struct LabelGrid: Sendable, Hashable {
    /// The number of rows `h`.
    public let height: Int
    /// The number of columns `w`.
    public let width: Int
    /// The number of classes `K`; also the label of pixels that have none.
    public let classCount: Int

    /// A grid of `height` rows and `width` columns, at least 1 each.
    public init(height: Int, width: Int, classCount: Int) {
        require(height >= 1 && width >= 1 && classCount >= 1, "no grid of \(height) rows, \(width) columns, \(classCount) classes")
        (self.height, self.width, self.classCount) = (height, width, classCount)
    }

    /// The labels at the points of the grid.
    ///
    /// - Parameters:
    ///   - mask: Classes below `K`; every other value, such as 255, means 'ignored' `[batch, H, W]`.
    ///   - confidence: How sure each label is, from 0 to 1 `[batch, H, W]`; all labels are sure by default.
    ///   - threshold: The confidence from which on a label counts.
    /// - Returns: Classes from 0 to `K`, where `K` marks pixels that are ignored or not sure enough `[batch, h, w]`.
    public func labels(
        of mask: Tensor<Int32>, confidence: Tensor<Float>? = nil, threshold: Float = 0
    ) -> Tensor<Int32> {
        require(mask.rank == 3 && mask.count > 0, "masks have the shape [batch, height, width], not \(mask.shape)")
        require(
            confidence == nil || confidence?.shape == mask.shape,
            "confidences of shape \(confidence?.shape ?? []) do not fit masks of shape \(mask.shape)")
        let sources = sourceIndices(inMasksOf: mask.shape)
        let noLabel = Int32(classCount)
        var labels = mask.withUnsafeElements { mask in
            sources.map { (0..<noLabel).contains(mask[$0]) ? mask[$0] : noLabel }
        }
        if let confidence {
            confidence.withUnsafeElements { confidence in
                // Written so that a confidence that is not a number does not count as sure.
                for (pixel, source) in sources.enumerated() where !(confidence[source] >= threshold) { labels[pixel] = noLabel }
            }
        }
        return Tensor(labels, shape: [mask.shape[0], height, width])
    }

    /// Where in full masks of the given shape `[batch, H, W]` the points of the grid lie, in row-major order.
    private func sourceIndices(inMasksOf shape: [Int]) -> [Int] {
        let rows = LabelGrid.sources(of: height, among: shape[1])
        let columns = LabelGrid.sources(of: width, among: shape[2])
        var indices: [Int] = []
        indices.reserveCapacity(shape[0] * height * width)
        for entry in 0..<shape[0] {
            for row in rows {
                let start = (entry * shape[1] + row) * shape[2]
                for column in columns { indices.append(start + column) }
            }
        }
        return indices
    }

    /// `round(i (full - 1) / (count - 1))` for each `i`, halves rounded up, in whole numbers.
    private static func sources(of count: Int, among full: Int) -> [Int] {
        guard count > 1 else { return [0] }
        return (0..<count).map { (2 * $0 * (full - 1) + count - 1) / (2 * (count - 1)) }
    }
}
