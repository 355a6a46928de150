public import DMAutograd
public import DMTensors

/// What an encoder sees in an image.
public struct EncoderFeatures: Sendable {
    /// Fine features, `[n, h / 4, w / 4, channels]`.
    public var lowLevel: Variable<Float>
    /// Coarse features that know much, `[n, h / stride, w / stride, channels]`.
    public var highLevel: Variable<Float>

    /// Features of both levels.
    public init(lowLevel: Variable<Float>, highLevel: Variable<Float>) {
        self.lowLevel = lowLevel
        self.highLevel = highLevel
    }
}
