public import DMAutograd
public import DMTensors

/// Multi-head self-attention of every token to every token: softmax(Q K^T / sqrt(d)) V.
///
/// Source: Vaswani et al., *Attention Is All You Need*, NeurIPS 2017.
public struct SoftmaxAttention: Module {
    /// The number of heads.
    public let heads: Int
    /// The maps to queries, keys, values and to the output.
    public var query, key, value, output: Linear

    /// An attention over tokens of `features` numbers, a multiple of `heads`.
    public init(features: Int, heads: Int, random: inout RandomSource) {
        require(features % heads == 0, "\(features) features cannot be divided among \(heads) heads")
        self.heads = heads
        query = Linear(inputs: features, outputs: features, random: &random)
        key = Linear(inputs: features, outputs: features, random: &random)
        value = Linear(inputs: features, outputs: features, random: &random)
        output = Linear(inputs: features, outputs: features, random: &random)
    }

    /// tokens `[n, h, w, features]`, positions of the same shape or one that broadcasts to it -> `[n, h, w, features]`.
    ///
    /// - Parameter positions: A positional encoding that is added for queries and keys only.
    public func callAsFunction(_ tokens: Variable<Float>, positions: Variable<Float>) -> Variable<Float> {
        let (shape, features) = (tokens.shape, tokens.shape[3])
        let flat = [shape[0], shape[1] * shape[2], features]
        let placed = (tokens + positions).reshaped(to: flat)
        let attended = softmaxAttention(
            queries: query(placed), keys: key(placed), values: value(tokens.reshaped(to: flat)), heads: heads)
        return output(attended).reshaped(to: shape)
    }

    /// Visits the four maps.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&query, "q_proj")
        visitor.visit(&key, "k_proj")
        visitor.visit(&value, "v_proj")
        visitor.visit(&output, "out_proj")
    }
}
