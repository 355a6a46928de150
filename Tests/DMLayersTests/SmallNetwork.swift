import DMAutograd
import DMLayers
import DMTensors

/// Layers of every differentiable kind in a row, smooth wherever gradients are taken.
struct SmallNetwork: Module {
    var convolution: Convolution2D
    var norm: BatchNormalization
    var deformable: DeformableAttention
    var attention: SoftmaxAttention
    var layerNorm: LayerNormalization
    var feedForward: FeedForward
    var table: Embedding

    init(random: inout RandomSource) {
        convolution = Convolution2D(inputs: 3, outputs: 4, kernel: 3, stride: 2, hasBias: true, random: &random)
        norm = BatchNormalization(channels: 4)
        deformable = DeformableAttention(features: 4, heads: 2, points: 2, random: &random)
        attention = SoftmaxAttention(features: 4, heads: 2, random: &random)
        layerNorm = LayerNormalization(features: 4)
        feedForward = FeedForward(inputs: 4, hidden: 6, outputs: 3, random: &random)
        table = Embedding(count: 3, features: 3, random: &random)
        // Bilinear interpolation bends at whole pixels, where the compass points.
        deformable.samplingOffsets.bias?.value += 0.4
    }

    /// images `[n, h, w, 3]` -> `[n, h / 2, w / 2, 3]`.
    func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        let tokens = norm(convolution(images), &context).gelu()
        let positions = Variable(sinusoidalPositionalEncoding(height: tokens.shape[1], width: tokens.shape[2], features: 4))
        let attended = attention(tokens + deformable(tokens, positions: positions), positions: positions)
        let classes = Tensor<Int32>((0..<tokens.shape[0]).map { Int32($0 % 3) }, shape: [tokens.shape[0], 1, 1])
        return feedForward(layerNorm(attended)) * table(classes)
    }

    mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&convolution, "conv")
        visitor.visit(&norm, "bn")
        visitor.visit(&deformable, "deformable")
        visitor.visit(&attention, "attention")
        visitor.visit(&layerNorm, "norm")
        visitor.visit(&feedForward, "ffn")
        visitor.visit(&table, "table")
    }
}
