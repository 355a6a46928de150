public import DMAutograd
public import DMTensors
import Foundation

/// Self-attention over the pixels of a feature map.
public protocol TokenAttention: Module {
    /// tokens `[n, h, w, features]`, positions that broadcast to the same shape -> `[n, h, w, features]`.
    func callAsFunction(_ tokens: Variable<Float>, positions: Variable<Float>) -> Variable<Float>

    /// Sets the weights of the output projection to zero: a residual branch of this attention adds nothing at first.
    mutating func zeroInitializeOutput()
}

/// Multi-head self-attention of every token to every token: softmax(Q K^T / sqrt(d)) V.
///
/// Source: Vaswani et al., *Attention Is All You Need*, NeurIPS 2017.
public struct SoftmaxAttention: TokenAttention {
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
    /// - Parameters:
    ///   - tokens: `[n, h, w, features]`.
    ///   - positions: A positional encoding that is added for queries and keys only.
    public func callAsFunction(_ tokens: Variable<Float>, positions: Variable<Float>) -> Variable<Float> {
        let (shape, features) = (tokens.shape, tokens.shape[3])
        let flat = [shape[0], shape[1] * shape[2], features]
        let placed = (tokens + positions).reshaped(to: flat)
        let attended = softmaxAttention(
            queries: query(placed), keys: key(placed), values: value(tokens.reshaped(to: flat)), heads: heads)
        return output(attended).reshaped(to: shape)
    }

    /// Sets the weights of the output projection to zero.
    public mutating func zeroInitializeOutput() { output.zeroInitializeWeight() }

    /// Visits the four maps.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&query, "q_proj")
        visitor.visit(&key, "k_proj")
        visitor.visit(&value, "v_proj")
        visitor.visit(&output, "out_proj")
    }
}

/// Multi-head self-attention of every token to a few points near it, whose places depend on the token.
///
/// Head i of the token at p gives  sum_k A_ik W_v x(p + d_ik)  with K offsets d and weights A (a
/// softmax over the K points), both linear in the token. Between pixels x is interpolated
/// bilinearly; outside it is zero.
///
/// Source: Zhu et al., *Deformable DETR*, ICLR 2021, equation 2, with one level.
public struct DeformableAttention: TokenAttention {
    /// The number of heads.
    public let heads: Int
    /// The number of points of a head.
    public let points: Int
    /// The maps to offsets, attention weights, values and to the output.
    public var samplingOffsets, attentionWeights, value, output: Linear

    /// An attention over tokens of `features` numbers, a multiple of `heads`.
    ///
    /// The offsets start on the compass directions, head by head, point k at the distance of k pixels;
    /// the attention weights start equal.
    public init(features: Int, heads: Int, points: Int, random: inout RandomSource) {
        require(features % heads == 0, "\(features) features cannot be divided among \(heads) heads")
        self.heads = heads
        self.points = points
        samplingOffsets = Linear(inputs: features, outputs: heads * points * 2, random: &random)
        attentionWeights = Linear(inputs: features, outputs: heads * points, random: &random)
        value = Linear(inputs: features, outputs: features, random: &random)
        output = Linear(inputs: features, outputs: features, random: &random)
        samplingOffsets.zeroInitializeWeight()
        samplingOffsets.bias?.value = DeformableAttention.compass(heads: heads, points: points)
        attentionWeights.zeroInitializeWeight()
    }

    /// tokens `[n, h, w, features]`, positions of the same shape or one that broadcasts to it -> `[n, h, w, features]`.
    ///
    /// - Parameters:
    ///   - tokens: `[n, h, w, features]`.
    ///   - positions: A positional encoding that is added to the queries only.
    public func callAsFunction(_ tokens: Variable<Float>, positions: Variable<Float>) -> Variable<Float> {
        let shape = tokens.shape
        let (n, h, w) = (shape[0], shape[1], shape[2])
        let queries = (tokens + positions).reshaped(to: [n, h * w, shape[3]])
        // The same coordinates for each point of a token: long rows are added far faster than pairs.
        let grid = DeformableAttention.grid(height: h, width: w).broadcast(to: [h * w, heads * points, 2])
        let places = (samplingOffsets(queries) + Variable(grid.reshaped(to: [h * w, heads * points * 2])))
            .reshaped(to: [n, h * w, heads, points, 2])
        let weights = attentionWeights(queries).reshaped(to: [n, h * w, heads, points]).softmax()
        let sampled = deformableSampled(values: value(tokens), positions: places, weights: weights)
        return output(sampled).reshaped(to: shape)
    }

    /// Sets the weights of the output projection to zero.
    public mutating func zeroInitializeOutput() { output.zeroInitializeWeight() }

    /// Visits the four maps.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&samplingOffsets, "sampling_offsets")
        visitor.visit(&attentionWeights, "attention_weights")
        visitor.visit(&value, "value_proj")
        visitor.visit(&output, "output_proj")
    }

    /// The pixel coordinates (x, y) of each token, `[h * w, 1, 2]`.
    static func grid(height: Int, width: Int) -> Tensor<Float> {
        Tensor(
            (0..<height).flatMap { y in (0..<width).flatMap { x in [Float(x), Float(y)] } }, shape: [height * width, 1, 2])
    }

    /// Offsets that point from the token evenly in all directions, `[heads * points * 2]`.
    private static func compass(heads: Int, points: Int) -> Tensor<Float> {
        Tensor(
            (0..<heads).flatMap { head -> [Float] in
                let angle = 2 * Double.pi * Double(head) / Double(heads)
                let (x, y) = (cos(angle), sin(angle))
                let scale = 1 / max(abs(x), abs(y))
                return (1...points).flatMap { point -> [Float] in
                    let distance = Double(point) * scale
                    return [Float(distance * x), Float(distance * y)]
                }
            })
    }
}
