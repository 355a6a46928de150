import DMTensors

extension Operators {
    /// Images and other tensors at another size, and images read at positions.
    static let resampling: [String: OnnxOperator] = [
        "Resize": { call in [try resized(call)] },
        "Upsample": { call in [try resized(call)] },
        "GridSample": { call in
            let sampling = GridSampling(
                try gridInterpolation(call.text("mode", default: "bilinear")),
                border: try gridBorder(call.text("padding_mode", default: "zeros")),
                alignsCorners: call.flag("align_corners"))
            let x = try call.input(0), grid = try call.input(1)
            guard x.shape.count == 4, grid.shape.count == 4, grid.shape[0] == x.shape[0], grid.shape[3] == 2, x.shape[2] > 0, x.shape[3] > 0
            else { throw Unsupported("GridSample of the shapes \(x.shape) and \(grid.shape)") }
            func sample<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                let images = tensor.dense.transposed(permutation: ChannelOrder.last(rank: 4))
                return try x.with(
                    gridSampled(images, at: try call.tensor(1), sampling).transposed(permutation: ChannelOrder.second(rank: 4)))
            }
            return [try sample(try call.real(0))]
        },
    ]

    private static func gridInterpolation(_ mode: String) throws -> GridSampling.Interpolation {
        switch mode {
        case "bilinear", "linear": .bilinear
        case "nearest": .nearest
        case "bicubic", "cubic": .bicubic
        default: throw Unsupported("GridSample of the mode '\(mode)'")
        }
    }

    private static func gridBorder(_ mode: String) throws -> GridSampling.Border {
        switch mode {
        case "zeros": .zero
        case "border": .edge
        case "reflection": .reflection
        default: throw Unsupported("GridSample with the border '\(mode)'")
        }
    }

    private static func resized(_ call: OperatorCall) throws -> OnnxValue {
        let x = try call.input(0)
        guard !x.shape.contains(0) else { throw Unsupported("Resize of the shape \(x.shape)") }
        let axes = try call.integers("axes").map { try call.resolved($0, rank: x.shape.count) } ?? Array(x.shape.indices)
        let sizes = try ResizedExtents(call, x.shape, axes: axes)
        let region = call.operatorSet >= 11 ? call.optional(1)?.tensor.converted(to: Double.self).scalars ?? [] : []
        let ways = try axes.indices.map { index in
            let bounds = region.count == 2 * axes.count ? (region[index], region[axes.count + index]) : nil
            return try resampling(call, region: bounds)
        }
        func resize<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
            var y = tensor.dense
            for (index, axis) in axes.enumerated() where !sizes.isUnchanged(index) || !region.isEmpty {
                y = y.resampled(along: axis, to: sizes.extents[index], scale: sizes.scales[index], ways[index])
            }
            return try x.with(y)
        }
        guard let numeric = x.tensor as? any NumericTensor else { throw Unsupported("Resize of the type \(x.type)") }
        let real: any RealTensor = numeric as? any RealTensor ?? numeric.converted(to: Double.self)
        return try resize(real)
    }

    private static func resampling(_ call: OperatorCall, region: (Double, Double)?) throws -> Resampling {
        let rounding: Resampling.Rounding
        switch call.text("nearest_mode", default: call.operatorSet < 11 ? "floor" : "round_prefer_floor") {
        case "round_prefer_floor": rounding = .halfDown
        case "round_prefer_ceil": rounding = .halfUp
        case "floor": rounding = .down
        case "ceil": rounding = .up
        case let other: throw Unsupported("the nearest mode '\(other)'")
        }
        let interpolation: Resampling.Interpolation
        switch call.text("mode", default: "nearest") {
        case "nearest": interpolation = .nearest(rounding)
        case "linear": interpolation = .linear
        case "cubic": interpolation = .cubic(a: call.real("cubic_coeff_a", default: -0.75))
        case let other: throw Unsupported("Resize of the mode '\(other)'")
        }
        return Resampling(
            interpolation, try coordinates(call, region: region), antialiases: call.flag("antialias"),
            excludesOutside: call.flag("exclude_outside"))
    }

    private static func coordinates(_ call: OperatorCall, region: (Double, Double)?) throws -> Resampling.Coordinates {
        switch call.text("coordinate_transformation_mode", default: call.operatorSet < 11 ? "asymmetric" : "half_pixel") {
        case "half_pixel": return .halfPixel
        case "pytorch_half_pixel": return .halfPixelOrStart
        case "half_pixel_symmetric": return .halfPixelSymmetric
        case "align_corners": return .alignedCorners
        case "asymmetric": return .asymmetric
        case "tf_half_pixel_for_nn": return .halfPixelFloor
        case "tf_crop_and_resize":
            guard let region else { throw InvalidCase("a cut without bounds") }
            return .region(start: region.0, end: region.1, outside: call.real("extrapolation_value", default: 0))
        case let other: throw Unsupported("the coordinates '\(other)'")
        }
    }
}

/// The extents of a resized tensor along some axes, and by how much each grows.
private struct ResizedExtents {
    private(set) var extents: [Int]
    private(set) var scales: [Double]
    private let original: [Int]

    init(_ call: OperatorCall, _ shape: [Int], axes: [Int]) throws {
        original = axes.map { shape[$0] }
        let scaleInput = call.node.operation == "Upsample" || call.operatorSet < 11 ? 1 : 2
        let given = call.optional(scaleInput)?.tensor.converted(to: Double.self).scalars ?? []
        let wanted = call.operatorSet >= 11 ? call.integers(3) ?? [] : []
        if !given.isEmpty || wanted.isEmpty {
            var old: [Double] = []
            if case .reals(let numbers) = call.node.attributes["scales"] { old = numbers.map { Double($0) } }
            scales = given.isEmpty ? old : given
            guard scales.count == axes.count, scales.allSatisfy({ $0 > 0 && $0 <= 1_048_576 }) else {
                throw InvalidCase("scales \(scales) of \(original)")
            }
            extents = try Operators.bounded(zip(original, scales).map { Int((Double($0) * $1).rounded(.down)) })
            return
        }
        guard wanted.count == axes.count, wanted.allSatisfy({ $0 > 0 }) else { throw InvalidCase("sizes \(wanted) of \(original)") }
        extents = try Operators.bounded(wanted)
        scales = zip(wanted, original).map { Double($0) / Double($1) }
        let policy = call.text("keep_aspect_ratio_policy", default: "stretch")
        guard policy != "stretch" else { return }
        let scale = policy == "not_larger" ? scales.min()! : scales.max()!
        extents = try Operators.bounded(original.map { Int((Double($0) * scale + 0.5).rounded(.down)) })
        scales = original.map { _ in scale }
    }

    /// Whether an axis stays as it is.
    func isUnchanged(_ index: Int) -> Bool { extents[index] == original[index] && scales[index] == 1 }
}
