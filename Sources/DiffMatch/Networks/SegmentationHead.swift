public import DMLayers

/// What turns the decoder's features into class logits.
public enum SegmentationHead: Module {
    /// A linear classifier of each pixel: the discriminative baselines.
    case classifier(Linear)
    /// A diffusion over the mask, conditioned on the features.
    case generator(GenerativeHead)

    /// Visits the head's own parts.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        switch consume self {
        case .classifier(var classifier):
            visitor.visit(&classifier, "classifier")
            self = .classifier(classifier)
        case .generator(var generator):
            visitor.visit(&generator, "generator")
            self = .generator(generator)
        }
    }
}
