/// How many pixels of an image fall on one of an encoder's coarse features, along each axis.
public enum OutputStride: Int, Sendable, Codable, CaseIterable {
    /// The finest and dearest: twice dilated.
    case eight = 8
    /// The usual one of segmentation: the last stage is dilated.
    case sixteen = 16
    /// That of classification: nothing is dilated.
    case thirtyTwo = 32
}

/// The strides and dilations of an encoder's stages that together reach one output stride.
///
/// Once the output stride is reached, a stage that would halve the size keeps it instead and dilates
/// its 3x3 convolutions by what it did not step. Its first block still sees the features of the stage
/// before and keeps their dilation, as torchvision's `replace_stride_with_dilation` does.
struct DilatedStages {
    /// The stride of everything so far, in pixels of the image.
    private(set) var stride: Int
    /// The dilation of everything from here on.
    private(set) var dilation = 1
    private let outputStride: OutputStride

    /// Stages behind a stem.
    init(stemStride: Int, outputStride: OutputStride) {
        stride = stemStride
        self.outputStride = outputStride
    }

    /// What the next stage does in place of a step of `wanted`.
    ///
    /// - Returns: The step of its first block, the dilation of that block and that of the others.
    mutating func next(stepping wanted: Int) -> (step: Int, firstDilation: Int, dilation: Int) {
        let before = dilation
        let fits = stride * wanted <= outputStride.rawValue
        if fits { stride *= wanted } else { dilation *= wanted }
        return (fits ? wanted : 1, before, dilation)
    }
}
