package import DMTensors

/// First values of weights.
package enum Initialization {
    /// Normal with variance 2 / fanOut, which keeps the gradient's variance through ReLU layers
    /// (He et al., *Delving Deep into Rectifiers*, ICCV 2015).
    package static func heNormal(shape: [Int], fanOut: Int, random: inout RandomSource) -> Tensor<Float> {
        Float((2 / Double(max(1, fanOut))).squareRoot()) * random.normal(shape: shape)
    }

    /// Uniform with variance 2 / (fanIn + fanOut)
    /// (Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010).
    package static func glorotUniform(shape: [Int], fanIn: Int, fanOut: Int, random: inout RandomSource) -> Tensor<Float> {
        let bound = Float((6 / Double(max(1, fanIn + fanOut))).squareRoot())
        return random.uniform(shape: shape, in: -bound..<bound)
    }
}
