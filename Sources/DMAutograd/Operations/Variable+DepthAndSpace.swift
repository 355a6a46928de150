public import DMTensors

extension Variable {
    /// The channels of images `[n, h, w, b · b · c]` laid out as blocks of b x b pixels `[n, h · b, w · b, c]`.
    ///
    /// - Parameters:
    ///   - block: b, at least 1.
    ///   - order: How the channels of a block follow each other.
    /// - Precondition: b² divides the number of channels.
    public func depthToSpace(block: Int, order: BlockOrder = .pixelsFirst) -> Variable {
        .apply(.depthToSpace, self) { x in
            (x.depthToSpace(block: block, order: order), { $0.spaceToDepth(block: block, order: order) })
        }
    }

    /// Blocks of b x b pixels of images `[n, h · b, w · b, c]` put into the channels `[n, h, w, b · b · c]`.
    ///
    /// - Parameters:
    ///   - block: b, at least 1.
    ///   - order: How the channels of a block follow each other.
    /// - Precondition: b divides the height and the width.
    public func spaceToDepth(block: Int, order: BlockOrder = .pixelsFirst) -> Variable {
        .apply(.spaceToDepth, self) { x in
            (x.spaceToDepth(block: block, order: order), { $0.depthToSpace(block: block, order: order) })
        }
    }
}
