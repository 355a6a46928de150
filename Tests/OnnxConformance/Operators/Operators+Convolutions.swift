import DMTensors

extension Operators {
    /// Convolutions along one, two or three axes.
    static let convolutions: [String: OnnxOperator] = [
        "Conv": { call in
            func run<T: RealTensor>(_ x: T) throws -> OnnxValue {
                try call.input(0).with(try convolved(call, x.dense, try call.tensor(1), bias: try call.optionalTensor(2)))
            }
            return [try run(try call.real(0))]
        },
        "ConvInteger": { call in
            // Whole numbers of 8 bits; their products and sums are exact in doubles.
            let operands = try (0..<2).map { position in
                let x = try call.input(position).tensor.converted(to: Double.self)
                guard let zero = call.optional(position + 2)?.tensor.converted(to: Double.self) else { return x }
                return x - (zero.count > 1 ? zero.reshaped(to: [zero.count] + x.shape.dropFirst().map { _ in 1 }) : zero.reshaped(to: []))
            }
            return [try OnnxValue(try convolved(call, operands[0], operands[1], bias: nil), as: .int32)]
        },
        "ConvTranspose": { call in
            func run<T: RealTensor>(_ x: T) throws -> OnnxValue {
                try call.input(0).with(try convolvedTransposed(call, x.dense, try call.tensor(1), bias: try call.optionalTensor(2)))
            }
            return [try run(try call.real(0))]
        },
    ]

    private static func checkRanks(_ x: [Int], _ w: [Int]) throws {
        guard (3...5).contains(x.count), w.count == x.count else { throw Unsupported("a convolution of the shapes \(x) and \(w)") }
    }

    /// A convolution of `[n, c, ...]` with `[o, c / groups, ...]`.
    private static func convolved<Scalar: FloatingPointScalar>(
        _ call: OperatorCall, _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, bias: Tensor<Scalar>?
    ) throws -> Tensor<Scalar> {
        try checkRanks(x.shape, w.shape)
        let groups = call.integer("group", default: 1)
        let geometry = try SpatialGeometry(call, input: Array(x.shape[2...]), kernel: Array(w.shape[2...]))
        let plan = try geometry.convolution(groups: groups)
        guard x.shape[1] == w.shape[1] * groups, w.shape[0] % groups == 0 else {
            throw InvalidCase("channels of the shapes \(x.shape) and \(w.shape)")
        }
        let outputs = (x.shape[2] + geometry.before[0] + geometry.after[0] - geometry.reach(0)) / geometry.strides[0] + 1
        let y = summed(x, w, bias: bias, depth: outputs) { output, tap in
            output * geometry.strides[0] + tap * geometry.dilations[0] - geometry.before[0]
        } convolution: {
            convolution2D($0, $1, plan)
        }
        return y
    }

    /// A transposed convolution of `[n, c, ...]` with `[c, o / groups, ...]`.
    private static func convolvedTransposed<Scalar: FloatingPointScalar>(
        _ call: OperatorCall, _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, bias: Tensor<Scalar>?
    ) throws -> Tensor<Scalar> {
        try checkRanks(x.shape, w.shape)
        let input = Array(x.shape[2...]), groups = call.integer("group", default: 1)
        var geometry = try SpatialGeometry(call, input: input, kernel: Array(w.shape[2...]))
        let extra = call.integers("output_padding") ?? input.map { _ in 0 }
        guard extra.count == input.count, extra.allSatisfy({ (0...1 << 20).contains($0) }), x.shape[1] == w.shape[0],
            w.shape[0] % max(1, groups) == 0
        else { throw InvalidCase("a transposed convolution of the shapes \(x.shape) and \(w.shape), output padding \(extra)") }
        let outputs = try geometry.setTransposedOutputs(call, input: input, extra: extra)
        // The gradient of a convolution cannot reach farther than its windows: what lies beyond is cut off or filled up.
        let plan = try geometry.convolution(groups: groups)
        let surplus = input.indices.map { axis in
            outputs[axis] + geometry.before[axis] + geometry.after[axis] - (input[axis] - 1) * geometry.strides[axis] - geometry.reach(axis)
        }
        guard surplus.allSatisfy({ $0 >= 0 }) else { throw Unsupported("outputs of \(outputs)") }
        let outputPadding = HeightAndWidth(height: surplus.count > 1 ? surplus[surplus.count - 2] : 0, width: surplus[surplus.count - 1])
        guard zip(surplus, geometry.strides).allSatisfy({ $0 < $1 }) else { throw Unsupported("an output padding of \(surplus)") }
        return summed(x, w, bias: bias, depth: outputs[0]) { output, tap in
            let place = output + geometry.before[0] - tap * geometry.dilations[0]
            return place % geometry.strides[0] == 0 ? place / geometry.strides[0] : -1
        } convolution: {
            convolution2DTransposed($0, $1, plan, outputPadding: outputPadding)
        }
    }

    /// A convolution of images, or of stacks of images: one for each depth of the kernel, summed.
    ///
    /// - Parameters:
    ///   - depth: The extent of the first spatial axis of the result.
    ///   - source: The depth of the input that an output and a tap read; anything outside is zero.
    private static func summed<Scalar: FloatingPointScalar>(
        _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, bias: Tensor<Scalar>?, depth: Int, source: (_ output: Int, _ tap: Int) -> Int,
        convolution: (Tensor<Scalar>, Tensor<Scalar>) -> Tensor<Scalar>
    ) -> Tensor<Scalar> {
        let rank = x.rank
        let images = x.transposed(permutation: ChannelOrder.last(rank: rank)),
            weights = w.transposed(permutation: ChannelOrder.weights(rank: rank))
        var y: Tensor<Scalar>
        switch rank {
        case 3:
            let flat = convolution(
                images.reshaped(to: [x.shape[0], 1, x.shape[2], x.shape[1]]), weights.reshaped(to: [1] + weights.shape))
            y = flat.reshaped(to: [x.shape[0], flat.shape[2], flat.shape[3]])
        case 4: y = convolution(images, weights)
        default:
            // An empty layer behind the last stands for everything outside.
            let layers = images.padded(before: [0, 0, 0, 0, 0], after: [0, 1, 0, 0, 0], with: 0), extent = x.shape[2]
            let parts = (0..<w.shape[2]).map { tap in
                let places = (0..<max(0, depth)).map { source($0, tap) }
                let read = layers.gathered(along: 1, at: Tensor(places.map { Int32((0..<extent).contains($0) ? $0 : extent) }))
                return convolution(read.reshaped(to: [x.shape[0] * max(0, depth)] + read.shape[2...]), weights[tap])
            }
            let sum = parts.dropFirst().reduce(parts[0], +)
            y = sum.reshaped(to: [x.shape[0], max(0, depth)] + sum.shape[1...])
        }
        if let bias { y += bias }
        return y.transposed(permutation: ChannelOrder.second(rank: rank))
    }
}

extension SpatialGeometry {
    /// The extents of the output of a transposed convolution; sets the padding that leads to them.
    mutating func setTransposedOutputs(_ call: OperatorCall, input: [Int], extra: [Int]) throws -> [Int] {
        let full = input.indices.map { (input[$0] - 1) * strides[$0] + extra[$0] + reach($0) }
        let mode = call.text("auto_pad", default: "NOTSET")
        var wanted = call.integers("output_shape").map { Array($0.suffix(input.count)) }
        if wanted == nil, mode.hasPrefix("SAME") { wanted = zip(input, strides).map { $0 * $1 } }
        guard let wanted else {
            let outputs = input.indices.map { full[$0] - before[$0] - after[$0] }
            guard outputs.allSatisfy({ $0 >= 0 }) else { throw InvalidCase("outputs of \(outputs)") }
            return try Operators.bounded(outputs)
        }
        guard wanted.count == input.count else { throw InvalidCase("outputs of \(wanted)") }
        _ = try Operators.bounded(wanted)
        // An output that is larger than the windows reach gets what is missing as output padding.
        let totals = input.indices.map { max(0, full[$0] - wanted[$0]) }
        setPadding(totals, largerHalfFirst: mode == "SAME_LOWER" || mode == "NOTSET")
        return wanted
    }

    private mutating func setPadding(_ totals: [Int], largerHalfFirst: Bool) {
        before = totals.map { largerHalfFirst ? $0 - $0 / 2 : $0 / 2 }
        after = zip(totals, before).map { $0 - $1 }
    }
}
