public import DMAutograd
public import DMTensors

/// Self-attention over the pixels of a feature map.
public protocol TokenAttention: Module {
    /// The last of its maps.
    var output: Linear { get set }

    /// tokens `[n, h, w, features]`, positions that broadcast to the same shape -> `[n, h, w, features]`.
    func callAsFunction(_ tokens: Variable<Float>, positions: Variable<Float>) -> Variable<Float>
}

extension DeformableAttention: TokenAttention {}
extension SoftmaxAttention: TokenAttention {}
