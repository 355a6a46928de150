public import DMTensors

/// Masks of classes as masks of numbers, which noise can be added to.
///
/// Whatever its kind, an encoding is a table of codes `[classes + 1, channels]`: encoding a mask takes
/// the rows of its classes, the mean over class probabilities is a matrix product with the table, and
/// decoding finds the nearest row. The last row stands for 'no label': ignored pixels, padding, and
/// pseudo-labels that are not sure enough. All entries lie within plus and minus the scale `b`, which
/// sets how soon the noise drowns the mask.
///
/// ```swift
/// let encoding = LabelEncoding.analogBits(classCount: 21, scale: 0.1)
/// let mask = encoding.encode(classes)                  // [batch, height, width, 5]
/// encoding.decode(mask) == classes                     // true
/// ```
public struct LabelEncoding: Sendable, Equatable {
    /// The code of each class, and in the last row that of 'no label' `[classes + 1, channels]`.
    public let codes: Tensor<Float>

    /// An encoding with the given codes.
    ///
    /// - Parameter codes: One row for each class and one for 'no label' `[classes + 1, channels]`.
    public init(codes: Tensor<Float>) {
        require(
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

    /// The codes of a mask's classes, pixel by pixel.
    ///
    /// - Parameter classes: Classes from 0 to `K`, where `K` means 'no label' `[batch, height, width]`.
    /// - Returns: The encoded masks `[batch, height, width, channels]`.
    public func encode(_ classes: Tensor<Int32>) -> Tensor<Float> { codes.gathered(rows: classes) }

    /// The expected code under class probabilities, `sum_k p(k) code(k)`, pixel by pixel.
    ///
    /// - Parameter probabilities: The probabilities of the classes, without 'no label' `[batch, height, width, K]`.
    /// - Returns: The encoded masks `[batch, height, width, channels]`.
    public func mean(of probabilities: Tensor<Float>) -> Tensor<Float> {
        require(
            probabilities.shape.last == classCount,
            "probabilities of shape \(probabilities.shape) are not those of \(classCount) classes")
        let ofClasses = codes.sliced(along: 0, from: 0, to: classCount)
        let mean = matmul(probabilities.reshaped(to: [pixelCount(of: probabilities), classCount]), ofClasses)
        return mean.reshaped(to: probabilities.shape.dropLast() + [channelCount])
    }

    /// The class with the nearest code, pixel by pixel; among equally near ones the first.
    ///
    /// - Parameter mask: Encoded masks, noisy or not `[batch, height, width, channels]`.
    /// - Returns: Classes from 0 to `K`, where `K` means 'no label' `[batch, height, width]`.
    public func decode(_ mask: Tensor<Float>) -> Tensor<Int32> {
        require(mask.shape.last == channelCount, "a mask of shape \(mask.shape) does not hold codes of \(channelCount) channels")
        // |m - c|² = |m|² - 2 (m·c - |c|²/2), and the first term is the same for all codes.
        let products = matmul(mask.reshaped(to: [pixelCount(of: mask), channelCount]), codes, transposingSecond: true)
        let nearness = products - codes.squared().sum(along: [1]) * 0.5
        return nearness.argmax(along: 1).reshaped(to: Array(mask.shape.dropLast()))
    }

    private func pixelCount(of mask: Tensor<Float>) -> Int { mask.shape.dropLast().reduce(1, *) }
}
