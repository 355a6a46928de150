import DMTensors

extension Operators {
    /// Tensors made from a shape or from a setting.
    static let making: [String: OnnxOperator] = [
        "Shape": { call in
            let shape = try call.input(0).shape, rank = shape.count
            func bound(_ name: String, _ value: Int) -> Int {
                let given = call.integer(name, default: value)
                return min(max(given < 0 ? given + rank : given, 0), rank)
            }
            let (start, end) = (bound("start", 0), bound("end", rank))
            return [OnnxValue(Tensor<Int64>(start < end ? shape[start..<end].map { Int64($0) } : []))]
        },
        "Size": { call in [OnnxValue(Tensor<Int64>(Int64(try call.input(0).shape.reduce(1, *))))] },
        "Constant": { call in
            if case .tensor(let tensor) = call.node.attributes["value"] { return [try OnnxValue(tensor)] }
            if let number = call.optionalReal("value_float") { return [OnnxValue(Tensor(Float(number)))] }
            if case .reals(let numbers) = call.node.attributes["value_floats"] { return [OnnxValue(Tensor(numbers))] }
            if let number = call.optionalInteger("value_int") { return [OnnxValue(Tensor(Int64(number)))] }
            if let numbers = call.integers("value_ints") { return [OnnxValue(Tensor(numbers.map { Int64($0) }))] }
            throw Unsupported("a constant of another kind")
        },
        "ConstantOfShape": { call in
            let extents = try bounded(call.integers(0) ?? [])
            var value = OnnxValue(Tensor<Float>([0]))
            if case .tensor(let tensor) = call.node.attributes["value"] { value = try OnnxValue(tensor) }
            func fill<T: DenseTensor>(_ x: T) throws -> OnnxValue { try value.with(x.dense.reshaped(to: []).broadcast(to: extents)) }
            guard value.shape.reduce(1, *) == 1 else { throw InvalidCase("a value of the shape \(value.shape)") }
            return [try fill(value.tensor)]
        },
        "Range": { call in
            let x = try call.input(0)
            let bounds = try (0..<3).map { try call.input($0).tensor.converted(to: Double.self).scalar }
            let count = max(0, ((bounds[1] - bounds[0]) / bounds[2]).rounded(.up))
            guard count.isFinite else { throw InvalidCase("a range from \(bounds[0]) to \(bounds[1]) by \(bounds[2])") }
            let length = try bounded([Int(min(count, 1e15))])[0]
            return [try x.with(Tensor((0..<length).map { bounds[0] + Double($0) * bounds[2] }))]
        },
        "EyeLike": { call in
            let x = try call.input(0), offset = call.integer("k")
            guard x.shape.count == 2 else { throw InvalidCase("EyeLike of the shape \(x.shape)") }
            let rows = Tensor<Int32>((0..<Int32(x.shape[0])).map { $0 }, shape: [x.shape[0], 1])
            let columns = Tensor<Int32>((0..<Int32(x.shape[1])).map { $0 })
            let type = ElementType(rawValue: Int64(call.integer("dtype", default: Int(x.type.rawValue)))) ?? x.type
            return [try OnnxValue((rows + Int32(offset)) .== columns, as: type)]
        },
        "Trilu": { call in
            let x = try call.input(0), rank = x.shape.count, offset = Int64(call.integers(1)?.first ?? 0)
            guard rank >= 2 else { throw InvalidCase("Trilu of the shape \(x.shape)") }
            let rows = Tensor<Int64>((0..<Int64(x.shape[rank - 2])).map { $0 + offset }, shape: [x.shape[rank - 2], 1])
            let columns = Tensor<Int64>((0..<Int64(x.shape[rank - 1])).map { $0 })
            let isKept = call.flag("upper", default: true) ? (columns .>= rows) : (columns .<= rows)
            func cut<T: NumericTensor>(_ tensor: T) throws -> OnnxValue { try x.with(select(where: isKept, tensor.dense, Tensor(0))) }
            if let truth = x.tensor as? Tensor<Bool> { return [OnnxValue(truth .& isKept)] }
            return [try cut(try call.numeric(0))]
        },
    ]

    /// Extents that a model asks for; what would fill the memory is refused.
    static func bounded(_ extents: [Int]) throws -> [Int] {
        var product = 1
        for extent in extents {
            let (next, overflows) = product.multipliedReportingOverflow(by: max(1, extent))
            guard extent >= 0, !overflows, next <= 1 << 28 else { throw InvalidCase("a tensor of the shape \(extents)") }
            product = next
        }
        return extents
    }
}
