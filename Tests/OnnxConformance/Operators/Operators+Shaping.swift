import DMTensors

extension Operators {
    /// The same elements in another arrangement.
    static let shaping: [String: OnnxOperator] = [
        "Reshape": { call in
            let x = try call.input(0)
            guard var extents = call.integers("shape", orInput: 1) else { throw InvalidCase("Reshape without a shape") }
            if !call.flag("allowzero") {
                for (axis, extent) in extents.enumerated() where extent == 0 && axis < x.shape.count { extents[axis] = x.shape[axis] }
            }
            return [try reshaped(x, extents)]
        },
        "Flatten": { call in
            let x = try call.input(0), given = call.integer("axis", default: 1)
            let axis = given < 0 ? given + x.shape.count : given
            guard (0...x.shape.count).contains(axis) else { throw InvalidCase("Flatten at axis \(given) of the shape \(x.shape)") }
            return [try reshaped(x, [x.shape[..<axis].reduce(1, *), x.shape[axis...].reduce(1, *)])]
        },
        "Squeeze": { call in
            let x = try call.input(0)
            let axes = try call.integers("axes", orInput: 1).map { try call.resolved($0, rank: x.shape.count) }
            return [try reshaped(x, x.shape.indices.filter { !(axes?.contains($0) ?? (x.shape[$0] == 1)) }.map { x.shape[$0] })]
        },
        "Unsqueeze": { call in
            let x = try call.input(0), given = call.integers("axes", orInput: 1) ?? []
            let axes = try call.resolved(given, rank: x.shape.count + given.count)
            var rest = x.shape[...]
            let extents = (0..<x.shape.count + given.count).map { axes.contains($0) ? 1 : rest.popFirst() ?? 1 }
            return [try reshaped(x, extents)]
        },
        "Transpose": { call in
            let x = try call.input(0)
            return [try transposed(x, call.integers("perm") ?? Array(x.shape.indices.reversed()))]
        },
        "Expand": { call in
            let x = try call.input(0), wanted = call.integers(1) ?? []
            let extents = try bounded(try broadcastExtents(x.shape, wanted))
            func expand<T: DenseTensor>(_ tensor: T) throws -> OnnxValue { try x.with(tensor.dense.broadcast(to: extents)) }
            return [try expand(x.tensor)]
        },
        "Tile": { call in
            let x = try call.input(0), repetitions = call.integers(1) ?? []
            guard repetitions.count == x.shape.count, repetitions.allSatisfy({ (0...1 << 20).contains($0) }) else {
                throw InvalidCase("Tile of the shape \(x.shape), \(repetitions) times")
            }
            _ = try bounded(zip(repetitions, x.shape).map { $0 * $1 })
            func tile<T: DenseTensor>(_ tensor: T) throws -> OnnxValue { try x.with(tensor.dense.tiled(repetitions)) }
            return [try tile(x.tensor)]
        },
        "Concat": { call in
            let x = try call.input(0)
            let axis = try call.axis(default: 1, rank: x.shape.count)
            func join<T: DenseTensor>(_: T) throws -> OnnxValue {
                let parts: [Tensor<T.Scalar>] = try call.inputs.indices.map { try call.tensor($0) }
                return try x.with(concatenated(parts, along: axis))
            }
            return [try join(x.tensor)]
        },
        "Split": { call in try split(call) },
        "DepthToSpace": { call in
            let order: BlockOrder = call.text("mode", default: "DCR") == "CRD" ? .channelsFirst : .pixelsFirst
            return [try ofChannelsLast(try call.input(0), DepthAndSpace(block: call.integer("blocksize"), order: order, toSpace: true))]
        },
        "SpaceToDepth": { call in
            [try ofChannelsLast(try call.input(0), DepthAndSpace(block: call.integer("blocksize"), order: .pixelsFirst, toSpace: false))]
        },
    ]

    /// The same elements under another shape, in which one extent may be -1.
    static func reshaped(_ x: OnnxValue, _ extents: [Int]) throws -> OnnxValue {
        let count = x.shape.reduce(1, *), known = extents.filter { $0 >= 0 }.reduce(1, *)
        let free = extents.count { $0 < 0 }
        guard free == 0 ? known == count : free == 1 && extents.contains(-1) && known > 0 && count % known == 0 else {
            throw InvalidCase("the shape \(x.shape) cannot become \(extents)")
        }
        func reshape<T: DenseTensor>(_ tensor: T) throws -> OnnxValue { try x.with(tensor.dense.reshaped(to: extents)) }
        return try reshape(x.tensor)
    }

    /// The axes in another order.
    static func transposed(_ x: OnnxValue, _ permutation: [Int]) throws -> OnnxValue {
        guard permutation.sorted() == Array(x.shape.indices) else { throw InvalidCase("the shape \(x.shape) in the order \(permutation)") }
        func transpose<T: DenseTensor>(_ tensor: T) throws -> OnnxValue { try x.with(tensor.dense.transposed(permutation: permutation)) }
        return try transpose(x.tensor)
    }

    /// The shape that two shapes have together.
    private static func broadcastExtents(_ x: [Int], _ y: [Int]) throws -> [Int] {
        try (0..<max(x.count, y.count)).reversed().map { fromEnd in
            let a = fromEnd < x.count ? x[x.count - 1 - fromEnd] : 1, b = fromEnd < y.count ? y[y.count - 1 - fromEnd] : 1
            guard a == b || a == 1 || b == 1, b >= 0 else { throw InvalidCase("the shapes \(x) and \(y) do not go together") }
            return a == 1 ? b : a
        }
    }

    private static func split(_ call: OperatorCall) throws -> [OnnxValue] {
        let x = try call.input(0)
        let axis = try call.axis(default: 0, rank: x.shape.count)
        let extent = x.shape[axis], parts = max(1, call.integer("num_outputs", default: call.outputCount))
        let even = (extent + parts - 1) / parts
        let lengths = call.integers("split", orInput: 1) ?? (0..<parts).map { min(extent, ($0 + 1) * even) - min(extent, $0 * even) }
        guard lengths.allSatisfy({ $0 >= 0 }), lengths.reduce(0, +) == extent else {
            throw InvalidCase("an axis of extent \(extent) cannot be cut into \(lengths)")
        }
        func cut<T: DenseTensor>(_ tensor: T, _ range: Range<Int>) throws -> OnnxValue {
            try x.with(tensor.dense.sliced(along: axis, from: range.lowerBound, to: range.upperBound))
        }
        var end = 0
        return try lengths.map { length in
            end += length
            return try cut(x.tensor, end - length..<end)
        }
    }

    private struct DepthAndSpace {
        let block: Int
        let order: BlockOrder
        let toSpace: Bool
    }

    /// Blocks of pixels of images [n, c, h, w] in the channels, or the other way.
    private static func ofChannelsLast(_ x: OnnxValue, _ way: DepthAndSpace) throws -> OnnxValue {
        let block = way.block
        guard x.shape.count == 4, block > 0,
            way.toSpace ? x.shape[1] % (block * block) == 0 : x.shape[2] % block == 0 && x.shape[3] % block == 0
        else { throw InvalidCase("blocks of \(block) x \(block) pixels of the shape \(x.shape)") }
        func move<T: DenseTensor>(_ tensor: T) throws -> OnnxValue {
            let images = tensor.dense.transposed(permutation: [0, 2, 3, 1])
            let moved =
                way.toSpace ? images.depthToSpace(block: block, order: way.order) : images.spaceToDepth(block: block, order: way.order)
            return try x.with(moved.transposed(permutation: [0, 3, 1, 2]))
        }
        return try move(x.tensor)
    }
}
