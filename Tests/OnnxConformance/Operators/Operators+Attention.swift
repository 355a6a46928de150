import DMTensors

extension Operators {
    /// Attention with several heads.
    static let attention: [String: OnnxOperator] = [
        "Attention": { call in
            func attend<T: RealTensor>(_ queries: T) throws -> [OnnxValue] {
                let plan = try AttentionOperands(call, queries: queries.dense)
                let (output, scores) = try plan.attended(call)
                let flat = try call.input(0).shape.count == 3 ? AttentionOperands.joined(output) : output
                return try [flat, plan.keys, plan.values].map { try call.input(0).with($0) }
                    + (scores.map { [try call.input(0).with($0)] } ?? [])
            }
            return try attend(try call.real(0))
        }
    ]
}

/// What attention is made from, each `[batch, heads, positions, channels]`.
private struct AttentionOperands<Scalar: FloatingPointScalar> {
    let queries: Tensor<Scalar>
    /// With the past ones in front.
    let keys: Tensor<Scalar>
    let values: Tensor<Scalar>
    private let scale: Double
    /// How many of the keys are past ones.
    private let pastCount: Int

    init(_ call: OperatorCall, queries: Tensor<Scalar>) throws {
        let heads = call.integer("q_num_heads"), sharedHeads = call.integer("kv_num_heads")
        self.queries = try AttentionOperands.split(queries, heads: heads)
        let (newKeys, newValues) = try (
            AttentionOperands.split(try call.tensor(1), heads: sharedHeads), AttentionOperands.split(try call.tensor(2), heads: sharedHeads)
        )
        let pastKeys: Tensor<Scalar>? = try call.optionalTensor(4), pastValues: Tensor<Scalar>? = try call.optionalTensor(5)
        keys = pastKeys.map { concatenated([$0, newKeys], along: 2) } ?? newKeys
        values = pastValues.map { concatenated([$0, newValues], along: 2) } ?? newValues
        pastCount = pastKeys?.shape[2] ?? 0
        let (q, k, v) = (self.queries.shape, keys.shape, values.shape)
        guard q[0] == k[0], k[..<3] == v[..<3], q[3] == k[3], k[1] > 0, q[1] % k[1] == 0, k[2] > 0 else {
            throw InvalidCase("attention of queries \(q), keys \(k), values \(v)")
        }
        guard call.operatorSet >= 24 || (queries.rank == 4 && q[1] == k[1]) else {
            throw Unsupported("three axes or shared heads before version 24: the reference implementation took heads in another order")
        }
        scale = call.real("scale", default: 1 / Double(q[3]).squareRoot())
    }

    /// The weighted means of the values, and the scores where they are wanted.
    func attended(_ call: OperatorCall) throws -> (output: Tensor<Scalar>, scores: Tensor<Scalar>?) {
        let wantsScores = call.outputCount > 3, softcap = call.real("softcap", default: 0)
        let isPlain = call.optional(3) == nil && !call.flag("is_causal") && softcap == 0 && !wantsScores
        if isPlain, queries.shape[1] == keys.shape[1], values.shape[3] == keys.shape[3] {
            // The library's own scale is 1 / sqrt(channels).
            let factor = Scalar(scale * Double(queries.shape[3]).squareRoot())
            let joined = AttentionOperands.joined
            let output = softmaxAttention(
                queries: joined(queries) * factor, keys: joined(keys), values: joined(values), heads: queries.shape[1])
            return (try AttentionOperands.split(output, heads: queries.shape[1]), nil)
        }
        let products = matmul(queries, repeated(keys), transposingSecond: true) * Scalar(scale)
        let biased = try products + bias(call, products.shape)
        let capped = softcap == 0 ? biased : (biased / Scalar(softcap)).tanh() * Scalar(softcap)
        let weights = capped.softmax()
        let stages = [products, biased, capped, weights], stage = call.integer("qk_matmul_output_mode")
        guard stages.indices.contains(stage) else { throw Unsupported("scores of the kind \(stage)") }
        return (matmul(weights, repeated(values)), wantsScores ? stages[stage] : nil)
    }

    /// Keys or values, each head as often as queries share it.
    private func repeated(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let (heads, share, rest) = (x.shape[0] * x.shape[1], queries.shape[1] / x.shape[1], x.shape[2] * x.shape[3])
        return x.reshaped(to: [heads, 1, rest]).broadcast(to: [heads, share, rest]).reshaped(
            to: [x.shape[0], queries.shape[1]] + x.shape[2...])
    }

    /// What is added to the scores: minus infinity where a query must not look.
    private func bias(_ call: OperatorCall, _ shape: [Int]) throws -> Tensor<Scalar> {
        var bias = Tensor<Scalar>(0)
        let nothing = -Scalar.infinity
        if let mask = call.optional(3)?.tensor as? Tensor<Bool> {
            bias = select(where: mask, Tensor(0), Tensor(nothing))
        } else if let mask: Tensor<Scalar> = try call.optionalTensor(3) {
            bias = mask
        }
        guard bias.shape.count <= 4, zip(bias.shape.reversed(), shape.reversed()).allSatisfy({ $0 == $1 || $0 == 1 }) else {
            throw Unsupported("a mask of the shape \(bias.shape) for scores \(shape)")
        }
        guard call.flag("is_causal") else { return bias }
        let rows = Tensor<Int32>((0..<Int32(shape[2])).map { $0 + Int32(pastCount) }, shape: [shape[2], 1]),
            columns = Tensor<Int32>((0..<Int32(shape[3])).map { $0 })
        return bias + select(where: columns .<= rows, Tensor(0), Tensor(nothing))
    }

    /// `[b, n, heads · c]` as `[b, heads, n, c]`; what has four axes is so already.
    private static func split(_ x: Tensor<Scalar>, heads: Int) throws -> Tensor<Scalar> {
        if x.rank == 4 { return x }
        guard x.rank == 3, heads > 0, x.shape[2] % heads == 0 else { throw InvalidCase("\(heads) heads of the shape \(x.shape)") }
        return x.reshaped(to: [x.shape[0], x.shape[1], heads, x.shape[2] / heads]).transposed(permutation: [0, 2, 1, 3])
    }

    /// `[b, heads, n, c]` as `[b, n, heads · c]`.
    static func joined(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        x.transposed(permutation: [0, 2, 1, 3]).reshaped(to: [x.shape[0], x.shape[2], x.shape[1] * x.shape[3]])
    }
}
