public import DMTensors

/// Shifts and scales the channels of an image to what a network expects: `(value - mean) / deviation`.
public struct ImageNormalization: Sendable, Equatable, Codable {
    /// The mean of red, green and blue, for values in [0, 1].
    public var mean: [Float]
    /// The standard deviation of red, green and blue, for values in [0, 1].
    public var deviation: [Float]

    /// The normalization of the given statistics, three numbers each; no deviation is 0.
    public init(mean: [Float], deviation: [Float]) {
        checkShape(
            mean.count == 3 && deviation.count == 3 && deviation.allSatisfy { $0 > 0 },
            "a normalization has three means and three positive deviations, not \(mean) and \(deviation)")
        self.mean = mean
        self.deviation = deviation
    }

    /// The statistics of ImageNet, for which public encoders are trained.
    public static let imageNet = ImageNormalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

    /// What EfficientNet-Lite is trained with: (x - 127) / 128 for bytes x.
    public static let efficientNetLite = ImageNormalization(
        mean: [127.0 / 255, 127.0 / 255, 127.0 / 255], deviation: [128.0 / 255, 128.0 / 255, 128.0 / 255])

    /// Values in [-1, 1].
    public static let centered = ImageNormalization(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])

    /// The normalized image.
    ///
    /// - Parameter image: `[..., 3]` in [0, 1].
    /// - Returns: The same shape.
    public func normalized(_ image: Tensor<Float>) -> Tensor<Float> {
        checkShape(image.shape.last == 3, "normalization takes [..., 3], not \(image.shape)")
        return Tensor(shape: image.shape) { output in
            image.withUnsafeElements { Self.apply($0, scale: deviation.map { 1 / $0 }, shift: mean, output) }
        }
    }

    /// The normalized image of bytes.
    ///
    /// - Parameter image: `[..., 3]`.
    /// - Returns: The same shape, as floating-point numbers.
    public func normalized(_ image: Tensor<UInt8>) -> Tensor<Float> { normalized(image.unitInterval) }

    private static func apply(
        _ input: UnsafeBufferPointer<Float>, scale: [Float], shift: [Float], _ output: UnsafeMutableBufferPointer<Float>
    ) {
        let (scale0, scale1, scale2) = (scale[0], scale[1], scale[2])
        let (shift0, shift1, shift2) = (shift[0], shift[1], shift[2])
        for pixel in stride(from: 0, to: input.count, by: 3) {
            output[pixel] = (input[pixel] - shift0) * scale0
            output[pixel + 1] = (input[pixel + 1] - shift1) * scale1
            output[pixel + 2] = (input[pixel + 2] - shift2) * scale2
        }
    }
}

extension Tensor<UInt8> {
    /// The bytes divided by 255.
    package var unitInterval: Tensor<Float> {
        Tensor<Float>(shape: shape) { output in
            withUnsafeElements { input in for index in 0..<input.count { output[index] = Float(input[index]) * (1 / 255) } }
        }
    }
}

extension Tensor<Float> {
    /// Values in [0, 1] as bytes, rounded; what lies outside is cut off.
    package var bytes: Tensor<UInt8> {
        Tensor<UInt8>(shape: shape) { output in
            withUnsafeElements { input in
                for index in 0..<input.count { output[index] = UInt8(Swift.min(Swift.max(input[index], 0), 1) * 255 + 0.5) }
            }
        }
    }
}
