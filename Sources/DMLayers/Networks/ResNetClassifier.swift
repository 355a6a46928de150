public import DMAutograd
public import DMTensors

/// A residual network that names the class of a whole image.
///
/// The mean of the last features over all pixels, then one linear map, `fc`.
public struct ResNetClassifier: Module {
    /// The network up to the last features.
    public var encoder: ResNet
    /// From those to classes.
    public var classifier: Linear

    /// A classifier.
    ///
    /// - Parameters:
    ///   - depth: The number of layers.
    ///   - stem: The first convolutions.
    ///   - classes: The number of classes; ImageNet has 1000.
    ///   - random: Where the weights are drawn from.
    public init(_ depth: ResNet.Depth, stem: ResNet.Stem = .classic, classes: Int = 1000, random: inout RandomSource) {
        encoder = ResNet(depth, stem: stem, outputStride: .thirtyTwo, random: &random)
        classifier = Linear(inputs: encoder.channels.highLevel, outputs: classes, random: &random)
    }

    /// images `[n, h, w, 3]` -> logits `[n, classes]`.
    public func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        classifier(encoder(images, &context).highLevel.mean(along: [1, 2]))
    }

    /// Visits the encoder's parts, then `fc`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        encoder.visitParameters(&visitor)
        visitor.visit(&classifier, "fc")
    }
}
