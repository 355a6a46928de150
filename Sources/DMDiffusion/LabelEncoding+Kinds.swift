public import DMTensors

/// The kinds of encoding that can be configured.
public enum LabelEncodingKind: String, Sendable, Codable, CaseIterable {
    /// Codes that are learned with the model; see `LabelEncoding.classTable(_:scale:)`.
    case classTable
    /// One channel for each class; see `LabelEncoding.oneHot(classCount:scale:)`.
    case oneHot
    /// The binary digits of the class; see `LabelEncoding.analogBits(classCount:scale:)`.
    case analogBits
}

extension LabelEncoding {
    /// The encoding that a table of free numbers stands for: `b (2 sigmoid(e) - 1)`.
    ///
    /// - Parameters:
    ///   - table: The table `e`, trained elsewhere, its last row for 'no label' `[classes + 1, channels]`.
    ///   - scale: The largest absolute value `b` of a code's entries, above 0.
    ///
    /// Source: Ji et al., *DDP: Diffusion Model for Dense Visual Prediction*, ICCV 2023, section 3.2.
    public static func classTable(_ table: Tensor<Float>, scale: Float) -> LabelEncoding {
        checkScale(scale)
        return LabelEncoding(codes: (table.sigmoid() * 2 - 1) * scale)
    }

    /// One channel for each class: `+b` in the channel of the class, `-b` in all others.
    ///
    /// 'No label' is `-b` everywhere: no class is set. It needs no channel of its own.
    ///
    /// - Parameters:
    ///   - classCount: The number of classes, at least 1; also the number of channels.
    ///   - scale: The absolute value `b` of a code's entries, above 0.
    public static func oneHot(classCount: Int, scale: Float) -> LabelEncoding {
        checkScale(scale)
        return signs(classCount: classCount, channelCount: classCount, scale: scale) { $0 == $1 }
    }

    /// The binary digits of the class: channel `j` is `+b` where digit `j` (of value `2^j`) is 1, `-b` where it is 0.
    ///
    /// The digits are as many as tell the numbers 0 to `K` apart, `ceil(log2(K + 1))`; 'no label' has the digits of `K`.
    ///
    /// - Parameters:
    ///   - classCount: The number of classes `K`, at least 1.
    ///   - scale: The absolute value `b` of a code's entries, above 0.
    ///
    /// Source: Chen et al., *Analog Bits*, ICLR 2023, section 2.2.
    public static func analogBits(classCount: Int, scale: Float) -> LabelEncoding {
        checkScale(scale)
        let digitCount = Int.bitWidth - classCount.leadingZeroBitCount
        return signs(classCount: classCount, channelCount: digitCount, scale: scale) { label, digit in (label >> digit) & 1 == 1 }
    }

    private static func signs(
        classCount: Int, channelCount: Int, scale: Float, isSet: (_ label: Int, _ channel: Int) -> Bool
    ) -> LabelEncoding {
        require(classCount >= 1, "an encoding has at least one class, not \(classCount)")
        let entries = (0...classCount).flatMap { label in
            (0..<channelCount).map { channel in isSet(label, channel) ? scale : -scale }
        }
        return LabelEncoding(codes: Tensor(entries, shape: [classCount + 1, channelCount]))
    }

    private static func checkScale(_ scale: Float) {
        require(scale > 0 && scale.isFinite, "the scale of an encoding lies above 0, not at \(scale)")
    }
}
