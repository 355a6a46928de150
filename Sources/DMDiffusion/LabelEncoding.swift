public import DMTensors

/// Masks of classes as masks of real numbers, to which noise can be added.
///
/// Every encoding is a table of codes `[classes + 1, channels]`: encoding a mask looks up the rows of its classes, the mean
/// over class probabilities is a matrix product with the table, and decoding finds the nearest row. The last row stands for
/// 'no label': ignored pixels, padding, and pseudo-labels below the confidence threshold. All entries lie within plus and
/// minus the scale `b`; the smaller it is, the sooner noise hides the mask.
///
/// ```swift
/// let encoding = LabelEncoding.analogBits(classCount: 21)
/// let classes = Tensor<Int32>([0, 7, 20, 21], shape: [1, 2, 2])     // 21 is 'no label'
/// let mask = encoding.encode(classes)                               // [1, 2, 2, 5]
/// let decoded = encoding.decode(mask)                               // the same classes
/// ```
///
/// Codes that are learned are an embedding whose rows are kept within plus and minus `b`, for example
/// `b (2 sigmoid(e) - 1)`; make an encoding of them with ``init(codes:)`` (Ji et al., *DDP: Diffusion Model for Dense
/// Visual Prediction*, ICCV 2023, section 3.2).
public struct LabelEncoding: Sendable, Equatable {
    /// The code of each class, and in the last row that of 'no label' `[classes + 1, channels]`.
    public let codes: Tensor<Float>

    /// An encoding with the given codes.
    ///
    /// - Parameter codes: One row for each class and one for 'no label' `[classes + 1, channels]`.
    public init(codes: Tensor<Float>) {
        checkShape(
            codes.rank == 2 && codes.shape[0] >= 2 && codes.shape[1] >= 1,
            "a table of codes has the shape [classes + 1, channels], not \(codes.shape)")
        self.codes = codes
    }

    /// The number of classes `K`, 'no label' not counted.
    public var classCount: Int { codes.shape[0] - 1 }

    /// The number of channels of an encoded mask.
    public var channelCount: Int { codes.shape[1] }

    /// The label of pixels that have none: `K`.
    public var noLabel: Int32 { Int32(classCount) }

    /// The codes of a mask's classes, pixel by pixel: an embedding lookup.
    ///
    /// - Parameter classes: Classes from 0 to `K`, where `K` means 'no label' `[batch, height, width]`.
    /// - Returns: The encoded masks `[batch, height, width, channels]`.
    public func encode(_ classes: Tensor<Int32>) -> Tensor<Float> { codes.gathered(rows: classes) }

    /// The expected code under class probabilities, `sum_k p(k) code(k)`, pixel by pixel.
    ///
    /// - Parameter probabilities: The probabilities of the classes, without 'no label' `[batch, height, width, K]`.
    /// - Returns: The encoded masks `[batch, height, width, channels]`.
    public func mean(of probabilities: Tensor<Float>) -> Tensor<Float> {
        checkShape(
            probabilities.shape.last == classCount,
            "probabilities of shape \(probabilities.shape) are not those of \(classCount) classes")
        let ofClasses = codes.sliced(along: 0, from: 0, to: classCount)
        let mean = matrixProduct(probabilities.reshaped(to: [pixelCount(of: probabilities), classCount]), ofClasses)
        return mean.reshaped(to: probabilities.shape.dropLast() + [channelCount])
    }

    /// The class with the nearest code, pixel by pixel; among equally near ones the first.
    ///
    /// - Parameter mask: Encoded masks, noisy or not `[batch, height, width, channels]`.
    /// - Returns: Classes from 0 to `K`, where `K` means 'no label' `[batch, height, width]`.
    public func decode(_ mask: Tensor<Float>) -> Tensor<Int32> {
        checkShape(mask.shape.last == channelCount, "a mask of shape \(mask.shape) does not hold codes of \(channelCount) channels")
        // |m - c|² = |m|² - 2 (m·c - |c|²/2), and the first term is the same for all codes.
        let products = matrixProduct(mask.reshaped(to: [pixelCount(of: mask), channelCount]), codes, transposingSecond: true)
        let nearness = products - codes.squared().sum(along: [1]) * 0.5
        return nearness.argmax(along: 1).reshaped(to: Array(mask.shape.dropLast()))
    }

    private func pixelCount(of mask: Tensor<Float>) -> Int { mask.shape.dropLast().reduce(1, *) }
}

/// The kinds of encoding that can be configured.
public enum LabelEncodingKind: String, Sendable, Codable, CaseIterable {
    /// An embedding that is learned with the model; see ``LabelEncoding``.
    case embedding = "classTable"
    /// One channel for each class; see ``LabelEncoding/oneHot(classCount:scale:)``.
    case oneHot
    /// The binary digits of the class; see ``LabelEncoding/analogBits(classCount:scale:)``.
    case analogBits
}

extension LabelEncoding {
    /// One channel for each class: `+b` in the channel of the class, `-b` in all others.
    ///
    /// 'No label' is `-b` in every channel: no class is set.
    ///
    /// - Parameters:
    ///   - classCount: The number of classes, at least 1; this is also the number of channels.
    ///   - scale: The absolute value `b` of a code's entries, above 0.
    public static func oneHot(classCount: Int, scale: Float = 0.1) -> LabelEncoding {
        checkScale(scale)
        return signs(classCount: classCount, channelCount: classCount, scale: scale) { $0 == $1 }
    }

    /// Analog bits, the binary digits of the class: channel `j` is `+b` where digit `j` (of value `2^j`) is 1, `-b` where it is 0.
    ///
    /// There are `ceil(log2(K + 1))` channels, enough for the numbers 0 to `K`; 'no label' has the digits of `K`.
    ///
    /// - Parameters:
    ///   - classCount: The number of classes `K`, at least 1.
    ///   - scale: The absolute value `b` of a code's entries, above 0.
    ///
    /// Source: Chen et al., *Analog Bits*, ICLR 2023, section 2.2.
    public static func analogBits(classCount: Int, scale: Float = 0.1) -> LabelEncoding {
        checkScale(scale)
        let digitCount = Int.bitWidth - classCount.leadingZeroBitCount
        return signs(classCount: classCount, channelCount: digitCount, scale: scale) { label, digit in (label >> digit) & 1 == 1 }
    }

    private static func signs(
        classCount: Int, channelCount: Int, scale: Float, isSet: (_ label: Int, _ channel: Int) -> Bool
    ) -> LabelEncoding {
        checkShape(classCount >= 1, "an encoding has at least one class, not \(classCount)")
        let entries = (0...classCount).flatMap { label in
            (0..<channelCount).map { channel in isSet(label, channel) ? scale : -scale }
        }
        return LabelEncoding(codes: Tensor(entries, shape: [classCount + 1, channelCount]))
    }

    private static func checkScale(_ scale: Float) {
        checkShape(scale > 0 && scale.isFinite, "the scale of an encoding lies above 0, not at \(scale)")
    }
}

/// The coarse grid on which masks are diffused, laid over full masks with the corners aligned.
///
/// Row `i` of the `h` rows stands for row `round(i (H - 1) / (h - 1))` of the `H` rows of the full mask, and columns
/// likewise. That is where bilinear upsampling with aligned corners puts the logits; any other rule would shift masks
/// against images by some pixels.
public struct LabelGrid: Sendable, Hashable {
    /// The number of rows `h`.
    public let height: Int
    /// The number of columns `w`.
    public let width: Int
    /// The number of classes `K`, which is also the label of pixels that have none.
    public let classCount: Int

    /// A grid of `height` rows and `width` columns, at least 1 each.
    public init(height: Int, width: Int, classCount: Int) {
        checkShape(height >= 1 && width >= 1 && classCount >= 1, "no grid of \(height) rows, \(width) columns, \(classCount) classes")
        (self.height, self.width, self.classCount) = (height, width, classCount)
    }

    /// The labels at the points of the grid.
    ///
    /// - Parameter mask: Classes from 0 to `K - 1`; every other value, such as 255, means 'ignored' `[batch, H, W]`.
    /// - Returns: Classes from 0 to `K`, where `K` marks ignored pixels `[batch, h, w]`.
    public func labels(of mask: Tensor<Int32>) -> Tensor<Int32> {
        checkShape(mask.rank == 3 && mask.count > 0, "masks have the shape [batch, height, width], not \(mask.shape)")
        let noLabel = Int32(classCount)
        var labels = mask.resizedNearest(height: height, width: width, alignsCorners: true)
        labels.withUnsafeMutableElements { labels in
            for pixel in labels.indices where !(0..<noLabel).contains(labels[pixel]) { labels[pixel] = noLabel }
        }
        return labels
    }
}
