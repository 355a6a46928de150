import DMTensors

extension Operators {
    /// Pooling along one, two or three axes, and over whole images.
    static let pooling: [String: OnnxOperator] = [
        "MaxPool": { call in
            let x = try call.input(0)
            guard let numeric = x.tensor as? any NumericTensor else { throw Unsupported("MaxPool of the type \(x.type)") }
            // Whole numbers of 8 bits pass through floats unchanged.
            let real: any RealTensor = numeric as? any RealTensor ?? numeric.converted(to: Float.self)
            func pool<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                try x.with(try pooled(call, tensor.dense) { $0.maxPooled($1) })
            }
            guard call.outputCount > 1 else { return [try pool(real)] }
            return [try pool(real), try maximumPositions(call, x)]
        },
        "AveragePool": { call in
            let countsPadding = call.flag("count_include_pad")
            func pool<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                try call.input(0).with(try pooled(call, tensor.dense) { $0.averagePooled($1, countsPadding: countsPadding) })
            }
            return [try pool(try call.real(0))]
        },
        "LpPool": { call in
            let exponent = Double(call.integer("p", default: 2))
            func pool<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                let powers = tensor.dense.absoluteValue().power(T.Scalar(exponent))
                let sums = try pooled(call, powers) {
                    $0.averagePooled($1, countsPadding: true) * T.Scalar($1.size.height * $1.size.width)
                }
                return try call.input(0).with(sums.power(T.Scalar(1 / exponent)))
            }
            guard !call.flag("ceil_mode") else { throw Unsupported("sums of windows beyond the padding") }
            return [try pool(try call.real(0))]
        },
        "GlobalAveragePool": { call in
            func pool<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                try call.input(0).with(tensor.dense.mean(along: try spatialAxes(tensor.shape), keepingAxes: true))
            }
            return [try pool(try call.real(0))]
        },
        "GlobalMaxPool": { call in
            func pool<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                let axes = try spatialAxes(tensor.shape)
                return try call.input(0).with(axes.reduce(tensor.dense) { $0.maximum(along: $1, keepingAxes: true) })
            }
            return [try pool(try call.real(0))]
        },
        "GlobalLpPool": { call in
            let exponent = Double(call.integer("p", default: 2))
            func pool<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                let powers = tensor.dense.absoluteValue().power(T.Scalar(exponent))
                return try call.input(0).with(
                    powers.sum(along: try spatialAxes(tensor.shape), keepingAxes: true).power(T.Scalar(1 / exponent)))
            }
            return [try pool(try call.real(0))]
        },
    ]

    private static func spatialAxes(_ shape: [Int]) throws -> [Int] {
        guard shape.count > 2, !shape[2...].contains(0) else { throw InvalidCase("pooling of the shape \(shape)") }
        return Array(2..<shape.count)
    }

    /// Windows of `[n, c, ...]`; three axes are pooled as images first and then along their depth.
    private static func pooled<Scalar: FloatingPointScalar>(
        _ call: OperatorCall, _ x: Tensor<Scalar>, _ pool: (Tensor<Scalar>, PoolingWindow) -> Tensor<Scalar>
    ) throws -> Tensor<Scalar> {
        guard (3...5).contains(x.rank), let kernel = call.integers("kernel_shape") else {
            throw Unsupported("pooling of the shape \(x.shape)")
        }
        let geometry = try SpatialGeometry(call, input: Array(x.shape[2...]), kernel: kernel)
        let roundsUp = call.flag("ceil_mode"), window = try geometry.window(roundsUp: roundsUp)
        let maps = x.transposed(permutation: ChannelOrder.last(rank: x.rank)), back = ChannelOrder.second(rank: x.rank)
        switch x.rank {
        case 3:
            let y = pool(maps.reshaped(to: [maps.shape[0], 1] + maps.shape[1...]), window)
            return y.reshaped(to: [y.shape[0], y.shape[2], y.shape[3]]).transposed(permutation: back)
        case 4: return pool(maps, window).transposed(permutation: back)
        default:
            let images = pool(maps.reshaped(to: [maps.shape[0] * maps.shape[1]] + maps.shape[2...]), window)
            let columns = images.shape[1] * images.shape[2]
            let y = pool(
                images.reshaped(to: [maps.shape[0], maps.shape[1], columns, maps.shape[4]]), try geometry.depthWindow(roundsUp: roundsUp))
            return y.reshaped(to: [maps.shape[0], y.shape[1]] + images.shape[1...]).transposed(permutation: back)
        }
    }

    /// Where the maxima of windows lie in images `[n, c, h, w]`, counted through the whole tensor.
    private static func maximumPositions(_ call: OperatorCall, _ x: OnnxValue) throws -> OnnxValue {
        guard x.shape.count == 4, let kernel = call.integers("kernel_shape"), !call.flag("storage_order") || x.shape[0] * x.shape[1] == 1
        else { throw Unsupported("positions of maxima in the shape \(x.shape)") }
        let (height, width) = (x.shape[2], x.shape[3])
        let geometry = try SpatialGeometry(call, input: [height, width], kernel: kernel)
        let output = try geometry.window(roundsUp: call.flag("ceil_mode")).outputSize(input: HeightAndWidth(height: height, width: width))
        let numbers = x.tensor.converted(to: Double.self).scalars
        var positions: [Int64] = []
        for image in 0..<x.shape[0] * x.shape[1] {
            for row in 0..<output.height {
                for column in 0..<output.width {
                    let rows = geometry.places(row, axis: 0, extent: height), columns = geometry.places(column, axis: 1, extent: width)
                    let places = rows.flatMap { r in columns.map { (r, $0) } }
                    let best = places.max {
                        numbers[(image * height + $0.0) * width + $0.1] < numbers[(image * height + $1.0) * width + $1.1]
                    }
                    let (r, c) =
                        places.first { place in
                            best.map {
                                numbers[(image * height + place.0) * width + place.1] == numbers[(image * height + $0.0) * width + $0.1]
                            } ?? false
                        } ?? (0, 0)
                    positions.append(Int64(image * height * width + (call.flag("storage_order") ? c * height + r : r * width + c)))
                }
            }
        }
        return OnnxValue(Tensor(positions, shape: [x.shape[0], x.shape[1], output.height, output.width]))
    }
}

extension SpatialGeometry {
    /// The places of one axis that a window looks at, inside the image.
    fileprivate func places(_ output: Int, axis: Int, extent: Int) -> [Int] {
        (0..<kernel[axis]).map { output * strides[axis] + $0 * dilations[axis] - before[axis] }.filter { (0..<extent).contains($0) }
    }
}
