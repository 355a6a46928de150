import DMTensors

extension Operators {
    /// Products of matrices and sums of products.
    static let products: [String: OnnxOperator] = [
        "MatMul": { call in
            func multiply<T: RealTensor>(_ x: T) throws -> OnnxValue { try call.input(0).with(try product(x.dense, try call.tensor(1))) }
            return [try multiply(try call.real(0))]
        },
        "MatMulInteger": { call in
            // Whole numbers of 8 bits; their products and sums are exact in doubles.
            let operands = try (0..<2).map { position in
                let x = try call.input(position).tensor.converted(to: Double.self)
                guard let zero = call.optional(position + 2)?.tensor.converted(to: Double.self) else { return x }
                let isColumn = position == 0 && zero.rank == 1 && zero.count > 1
                return x - (isColumn ? zero.reshaped(to: [zero.count, 1]) : zero)
            }
            return [try OnnxValue(try product(operands[0], operands[1]), as: .int32)]
        },
        "Gemm": { call in
            func multiply<T: RealTensor>(_ x: T) throws -> OnnxValue {
                let (a, b): (Tensor<T.Scalar>, Tensor<T.Scalar>) = (x.dense, try call.tensor(1))
                let (transposesFirst, transposesSecond) = (call.flag("transA"), call.flag("transB"))
                guard a.rank == 2, b.rank == 2, a.shape[transposesFirst ? 0 : 1] == b.shape[transposesSecond ? 1 : 0] else {
                    throw InvalidCase("a product of the shapes \(a.shape) and \(b.shape)")
                }
                var y = matmul(a, b, transposingFirst: transposesFirst, transposingSecond: transposesSecond)
                y *= T.Scalar(call.real("alpha", default: 1))
                if let c: Tensor<T.Scalar> = try call.optionalTensor(2) { y += c * T.Scalar(call.real("beta", default: 1)) }
                return try call.input(0).with(y)
            }
            return [try multiply(try call.real(0))]
        },
        "Einsum": { call in
            func sum<T: RealTensor>(_ x: T) throws -> OnnxValue {
                let operands: [Tensor<T.Scalar>] = try call.inputs.indices.map { try call.tensor($0) }
                let equation = try EinsteinEquation(call.text("equation", default: ""), ranks: operands.map(\.rank))
                return try call.input(0).with(einsum(zip(operands, equation.operands).map { ($0, labels: $1) }, to: equation.result))
            }
            return [try sum(try call.real(0))]
        },
    ]

    /// The product of stacks of matrices, with NumPy's rules: leading axes repeat, and vectors are rows or columns.
    static func product<Scalar: FloatingPointScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) throws -> Tensor<Scalar> {
        let a = x.rank == 1 ? x.reshaped(to: [1, x.count]) : x, b = y.rank == 1 ? y.reshaped(to: [y.count, 1]) : y
        guard a.rank >= 2, b.rank >= 2, a.shape[a.rank - 1] == b.shape[b.rank - 2] else {
            throw InvalidCase("a product of the shapes \(x.shape) and \(y.shape)")
        }
        let stack = broadcastShape(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)), "multiply")
        let z = matmul(a.broadcast(to: stack + a.shape.suffix(2)), b.broadcast(to: stack + b.shape.suffix(2)))
        return z.reshaped(to: stack + (x.rank == 1 ? [] : [a.shape[a.rank - 2]]) + (y.rank == 1 ? [] : [b.shape[b.rank - 1]]))
    }
}

/// An equation such as "bij,bjk->bik", read.
private struct EinsteinEquation {
    /// A label for each axis of each operand.
    private(set) var operands: [[Int]] = []
    /// The labels of the result.
    let result: [Int]

    init(_ equation: String, ranks: [Int]) throws {
        let text = equation.filter { $0 != " " }, sides = text.split(separator: "->", omittingEmptySubsequences: false)
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard sides.count <= 2, terms.count == ranks.count else {
            throw InvalidCase("the equation '\(equation)' of \(ranks.count) operands")
        }
        // An ellipsis stands for as many axes as are left, counted from the last.
        var mostHidden = 0
        for (term, rank) in zip(terms, ranks) {
            let named = term.count { $0 != "." }, hidden = rank - named
            guard hidden >= 0, hidden == 0 || term.contains("...") else {
                throw InvalidCase("the equation '\(equation)': \(rank) axes for '\(term)'")
            }
            mostHidden = max(mostHidden, hidden)
            operands.append(EinsteinEquation.labels(term, hidden: hidden))
        }
        if sides.count == 2 {
            result = EinsteinEquation.labels(String(sides[1]), hidden: mostHidden)
        } else {
            let named = operands.joined().filter { $0 >= 0 }
            let once = Set(named).filter { label in named.count { $0 == label } == 1 }
            result = (0..<mostHidden).map { $0 - mostHidden } + once.sorted()
        }
    }

    /// Letters are their code points, hidden axes −n … −1.
    private static func labels(_ term: String, hidden: Int) -> [Int] {
        term.replacing("...", with: ".").unicodeScalars.flatMap { $0 == "." ? (0..<hidden).map { $0 - hidden } : [Int($0.value)] }
    }
}
