public import DMAutograd
public import DMDiffusion
public import DMLayers
public import DMTensors

/// The codes under which the diffusion sees the classes: learned, or fixed.
///
/// A learned table e gives the codes b (2 sigmoid(e) - 1), every entry in (-b, b); one row more than
/// there are classes stands for 'no label'.
///
/// Source: Ji et al., *DDP: Diffusion Model for Dense Visual Prediction*, ICCV 2023; fixed codes:
/// Chen et al., *Analog Bits*, ICLR 2023.
public enum ClassCodes: Module {
    /// The table e, `[classes + 1, channels]`, and the bound b.
    case learned(Embedding, scale: Float)
    /// Codes that do not change.
    case fixed(LabelEncoding)

    /// The codes, `[classes + 1, channels]`, tracked where they are learned.
    public var variable: Variable<Float> {
        switch self {
        case .learned(let table, let scale): (table.weight.variable.sigmoid() * 2 - 1) * scale
        case .fixed(let encoding): Variable(encoding.codes)
        }
    }

    /// The codes as they stand now.
    public var encoding: LabelEncoding { LabelEncoding(codes: variable.value) }

    /// Visits the learned table.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        switch consume self {
        case .learned(var table, let scale):
            visitor.visit(&table, "table")
            self = .learned(table, scale: scale)
        case let fixed: self = fixed
        }
    }
}
