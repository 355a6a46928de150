import DMTensors

/// How windows lie over the spatial axes of an input, as ONNX's settings have it.
struct SpatialGeometry {
    let kernel: [Int]
    let strides: [Int]
    let dilations: [Int]
    var before: [Int]
    var after: [Int]

    /// - Parameters:
    ///   - input: The extents of the spatial axes.
    ///   - kernel: The extents of the window.
    init(_ call: OperatorCall, input: [Int], kernel: [Int]) throws {
        let ones = input.map { _ in 1 }
        self.kernel = kernel
        strides = call.integers("strides") ?? ones
        dilations = call.integers("dilations") ?? ones
        let pads = call.integers("pads") ?? (ones + ones).map { _ in 0 }
        guard [kernel.count, strides.count, dilations.count].allSatisfy({ $0 == input.count }), pads.count == 2 * input.count,
            (kernel + strides + dilations).allSatisfy({ (1...1 << 20).contains($0) }), pads.allSatisfy({ (0...1 << 20).contains($0) })
        else { throw InvalidCase("windows \(kernel), strides \(strides), dilations \(dilations), paddings \(pads) of \(input)") }
        (before, after) = (Array(pads[..<input.count]), Array(pads[input.count...]))
        switch call.text("auto_pad", default: "NOTSET") {
        case "NOTSET": break
        case "VALID": (before, after) = (input.map { _ in 0 }, input.map { _ in 0 })
        case "SAME_UPPER": setSamePadding(input, largerHalfFirst: false)
        case "SAME_LOWER": setSamePadding(input, largerHalfFirst: true)
        case let other: throw InvalidCase("auto_pad '\(other)'")
        }
    }

    private mutating func setSamePadding(_ input: [Int], largerHalfFirst: Bool) {
        for axis in input.indices {
            let outputs = (input[axis] + strides[axis] - 1) / strides[axis]
            let total = max(0, (outputs - 1) * strides[axis] + reach(axis) - input[axis])
            before[axis] = largerHalfFirst ? total - total / 2 : total / 2
            after[axis] = total - before[axis]
        }
    }

    /// How far a window reaches.
    func reach(_ axis: Int) -> Int { dilations[axis] * (kernel[axis] - 1) + 1 }

    /// The geometry along the last two axes, or along the last one in images of one row.
    func convolution(groups: Int) throws -> Convolution2DGeometry {
        guard groups >= 1 else { throw InvalidCase("\(groups) groups") }
        return Convolution2DGeometry(stride: pair(strides, 1), padding: padding, dilation: pair(dilations, 1), groups: groups)
    }

    /// The window along the last two axes, or along the last one in images of one row.
    func window(roundsUp: Bool) throws -> PoolingWindow {
        for axis in kernel.indices where max(before[axis], after[axis]) >= reach(axis) {
            throw Unsupported("a padding that is larger than the window")
        }
        return PoolingWindow(
            size: pair(kernel, 1), stride: pair(strides, 1), padding: padding, dilation: pair(dilations, 1), roundsUp: roundsUp)
    }

    /// The geometry of the first of three axes, as that of the rows of an image.
    func depthWindow(roundsUp: Bool) throws -> PoolingWindow {
        _ = try window(roundsUp: roundsUp)
        func rows(_ numbers: [Int]) -> HeightAndWidth { HeightAndWidth(height: numbers[0], width: 1) }
        return PoolingWindow(
            size: rows(kernel), stride: rows(strides), padding: ImagePadding(top: before[0], bottom: after[0], left: 0, right: 0),
            dilation: rows(dilations), roundsUp: roundsUp)
    }

    private var padding: ImagePadding {
        let (first, last) = (pair(before, 0), pair(after, 0))
        return ImagePadding(top: first.height, bottom: last.height, left: first.width, right: last.width)
    }

    private func pair(_ numbers: [Int], _ filler: Int) -> HeightAndWidth {
        HeightAndWidth(height: numbers.count > 1 ? numbers[numbers.count - 2] : filler, width: numbers.last ?? filler)
    }
}

/// ONNX has channels before the spatial axes, the library behind them.
enum ChannelOrder {
    /// `[n, c, ...]` as `[n, ..., c]`.
    static func last(rank: Int) -> [Int] { [0] + Array(2..<rank) + [1] }
    /// `[n, ..., c]` as `[n, c, ...]`.
    static func second(rank: Int) -> [Int] { [0, rank - 1] + Array(1..<rank - 1) }
    /// `[a, b, ...]` as `[..., b, a]`.
    static func weights(rank: Int) -> [Int] { Array(2..<rank) + [1, 0] }
}
