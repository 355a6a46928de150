/// How the channels of a block of pixels follow each other.
public enum BlockOrder: Sendable, Hashable, CaseIterable {
    /// All channels of the first pixel, then those of the next.
    case pixelsFirst
    /// The first channel of all pixels, then the next channel: PyTorch's pixel shuffle.
    case channelsFirst
}

extension Tensor {
    /// The channels of images `[n, h, w, b · b · c]` laid out as blocks of b x b pixels `[n, h · b, w · b, c]`.
    ///
    /// - Parameters:
    ///   - block: b, at least 1.
    ///   - order: How the channels of a block follow each other.
    /// - Precondition: b² divides the number of channels.
    public func depthToSpace(block: Int, order: BlockOrder = .pixelsFirst) -> Tensor {
        require(
            rank == 4 && block >= 1 && shape[3] % (block * block) == 0,
            "cannot lay out the channels of \(shape) as blocks of \(block) x \(block)")
        let channels = shape[3] / (block * block)
        return reshaped(to: shape.prefix(3) + (order == .pixelsFirst ? [block, block, channels] : [channels, block, block]))
            .transposed(permutation: order == .pixelsFirst ? [0, 1, 3, 2, 4, 5] : [0, 1, 4, 2, 5, 3])
            .reshaped(to: [shape[0], shape[1] * block, shape[2] * block, channels])
    }

    /// Blocks of b x b pixels of images `[n, h · b, w · b, c]` put into the channels `[n, h, w, b · b · c]`.
    ///
    /// - Parameters:
    ///   - block: b, at least 1.
    ///   - order: How the channels of a block follow each other.
    /// - Precondition: b divides the height and the width.
    public func spaceToDepth(block: Int, order: BlockOrder = .pixelsFirst) -> Tensor {
        require(
            rank == 4 && block >= 1 && shape[1] % block == 0 && shape[2] % block == 0,
            "cannot put blocks of \(block) x \(block) pixels of \(shape) into channels")
        let (height, width) = (shape[1] / block, shape[2] / block)
        return reshaped(to: [shape[0], height, block, width, block, shape[3]])
            .transposed(permutation: order == .pixelsFirst ? [0, 1, 3, 2, 4, 5] : [0, 1, 3, 5, 2, 4])
            .reshaped(to: [shape[0], height, width, block * block * shape[3]])
    }
}
