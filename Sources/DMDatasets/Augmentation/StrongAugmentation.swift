public import DMTensors
import Foundation

/// A strong augmentation: how likely and how large its changes of color and sharpness are.
public struct StrongAugmentation: Sendable, Equatable, Codable {
    /// The probability of color jitter, 0 to 1.
    public var jitterProbability: Float
    /// Brightness, contrast and saturation are scaled by a factor in `1 - jitter ... 1 + jitter`.
    public var jitter: Float
    /// The hue turns by up to this share of the color circle to either side, 0 to 0.5.
    public var hue: Float
    /// The probability of losing all color, 0 to 1.
    public var grayscaleProbability: Float
    /// The probability of a Gaussian blur, 0 to 1.
    public var blurProbability: Float
    /// The range of the blur's standard deviation, in pixels.
    public var blurSigma: ClosedRange<Float>

    /// The parameters, those of UniMatch by default.
    public init(
        jitterProbability: Float = 0.8, jitter: Float = 0.5, hue: Float = 0.25, grayscaleProbability: Float = 0.2,
        blurProbability: Float = 0.5, blurSigma: ClosedRange<Float> = 0.1...2
    ) {
        self.jitterProbability = jitterProbability
        self.jitter = jitter
        self.hue = hue
        self.grayscaleProbability = grayscaleProbability
        self.blurProbability = blurProbability
        self.blurSigma = blurSigma
    }
}

/// The changes of one drawn strong augmentation. They concern color and sharpness; every pixel stays in its place.
///
/// In this order: color jitter (brightness, contrast, saturation and hue, in random order), grayscale, Gaussian blur. Each
/// happens or not.
public struct StrongTransform: Sendable, Equatable {
    /// One step of color jitter.
    public enum ColorChange: Sendable, Equatable {
        /// Scales all channels by the factor.
        case brightness(Float)
        /// Moves all pixels from the image's mean brightness (0) to what they are (1) and beyond.
        case contrast(Float)
        /// Moves each pixel from its own brightness (0) to its color (1) and beyond.
        case saturation(Float)
        /// Turns the hue by this share of the color circle.
        case hue(Float)
    }

    /// The steps of color jitter, in order; none where there is no jitter.
    public var colorChanges: [ColorChange]
    /// Whether the image becomes grayscale.
    public var isGrayscale: Bool
    /// The standard deviation of the blur in pixels; nil for none.
    public var blurSigma: Float?

    /// The given changes.
    public init(colorChanges: [ColorChange] = [], isGrayscale: Bool = false, blurSigma: Float? = nil) {
        self.colorChanges = colorChanges
        self.isGrayscale = isGrayscale
        self.blurSigma = blurSigma
    }

    /// Changes drawn at random.
    public init(_ augmentation: StrongAugmentation, using random: inout RandomSource) {
        let factors = max(0, 1 - augmentation.jitter)...(1 + augmentation.jitter)
        // All numbers are drawn whether used or not: one draw does not shift the next.
        let changes: [ColorChange] = [
            .brightness(random.uniform(factors)), .contrast(random.uniform(factors)), .saturation(random.uniform(factors)),
            .hue(random.uniform(-augmentation.hue...augmentation.hue)),
        ]
        let order = random.permutation(of: changes.count)
        colorChanges = random.chance(augmentation.jitterProbability) ? order.map { changes[$0] } : []
        isGrayscale = random.chance(augmentation.grayscaleProbability)
        let sigma = random.uniform(augmentation.blurSigma)
        blurSigma = random.chance(augmentation.blurProbability) ? sigma : nil
    }

    /// The changed image.
    ///
    /// - Parameter image: `[height, width, 3]` in [0, 1].
    /// - Returns: The same shape, in [0, 1].
    public func callAsFunction(_ image: Tensor<Float>) -> Tensor<Float> {
        checkShape(image.rank == 3 && image.shape[2] == 3, "a strong augmentation takes [height, width, 3], not \(image.shape)")
        var result = image
        result.withUnsafeMutableElements { pixels in
            for change in colorChanges { ColorChanges.apply(change, to: pixels) }
            if isGrayscale { ColorChanges.apply(.saturation(0), to: pixels) }
        }
        return blurSigma.map { GaussianBlur(sigma: $0)(result) } ?? result
    }
}

/// The arithmetic of color jitter, on interleaved red, green and blue in [0, 1].
enum ColorChanges {
    typealias Pixels = UnsafeMutableBufferPointer<Float>

    static func apply(_ change: StrongTransform.ColorChange, to pixels: Pixels) {
        switch change {
        case .brightness(let factor): blend(pixels, factor: factor, toward: 0)
        case .contrast(let factor): blend(pixels, factor: factor, toward: meanBrightness(of: pixels))
        case .saturation(let factor): saturate(pixels, factor: factor)
        case .hue(let turn): turnHue(pixels, by: turn)
        }
    }

    /// Brightness as the eye weighs it (ITU-R BT.601).
    @inline(__always)
    private static func brightness(_ red: Float, _ green: Float, _ blue: Float) -> Float {
        0.299 * red + 0.587 * green + 0.114 * blue
    }

    @inline(__always)
    private static func limited(_ value: Float) -> Float { min(max(value, 0), 1) }

    private static func blend(_ pixels: Pixels, factor: Float, toward level: Float) {
        for index in 0..<pixels.count { pixels[index] = limited(level + (pixels[index] - level) * factor) }
    }

    private static func meanBrightness(of pixels: Pixels) -> Float {
        var total = 0.0
        for index in stride(from: 0, to: pixels.count, by: 3) {
            total += Double(brightness(pixels[index], pixels[index + 1], pixels[index + 2]))
        }
        return pixels.isEmpty ? 0 : Float(total / Double(pixels.count / 3))
    }

    private static func saturate(_ pixels: Pixels, factor: Float) {
        for index in stride(from: 0, to: pixels.count, by: 3) {
            let gray = brightness(pixels[index], pixels[index + 1], pixels[index + 2])
            pixels[index] = limited(gray + (pixels[index] - gray) * factor)
            pixels[index + 1] = limited(gray + (pixels[index + 1] - gray) * factor)
            pixels[index + 2] = limited(gray + (pixels[index + 2] - gray) * factor)
        }
    }

    /// Turns the hue and keeps the largest and the smallest channel (value and saturation) as they are.
    private static func turnHue(_ pixels: Pixels, by turn: Float) {
        for index in stride(from: 0, to: pixels.count, by: 3) {
            let (red, green, blue) = (pixels[index], pixels[index + 1], pixels[index + 2])
            let largest = max(red, green, blue)
            let spread = largest - min(red, green, blue)
            guard spread > 0 else { continue }
            let hue = sixths(red: red, green: green, blue: blue, largest: largest, spread: spread) + 6 * turn
            pixels[index] = channel(hue + 5, largest, spread)
            pixels[index + 1] = channel(hue + 3, largest, spread)
            pixels[index + 2] = channel(hue + 1, largest, spread)
        }
    }

    /// The hue in sixths of the color circle, from -1 to 5; red is 0, green 2, blue 4.
    @inline(__always)
    private static func sixths(red: Float, green: Float, blue: Float, largest: Float, spread: Float) -> Float {
        if largest == red { return (green - blue) / spread }
        if largest == green { return (blue - red) / spread + 2 }
        return (red - green) / spread + 4
    }

    /// A channel of the color whose hue, shifted for that channel, is `position` sixths.
    @inline(__always)
    private static func channel(_ position: Float, _ largest: Float, _ spread: Float) -> Float {
        let wrapped = position - 6 * (position * (1 / 6)).rounded(.down)
        return largest - spread * max(0, min(wrapped, 4 - wrapped, 1))
    }
}

/// A Gaussian blur of rows and columns in turn; beyond its edge an image goes on as it ends.
struct GaussianBlur: Sendable {
    /// The weights from the center outwards; twice their sum, less the first, is 1.
    private let weights: [Float]

    /// - Parameter sigma: The standard deviation in pixels, greater than 0; the kernel reaches three of them.
    init(sigma: Float) {
        let reach = max(1, Int((3 * sigma).rounded(.up)))
        let raw = (0...reach).map { exp(-0.5 * Double($0 * $0) / Double(sigma * sigma)) }
        let total = 2 * raw.reduce(0, +) - raw[0]
        weights = raw.map { Float($0 / total) }
    }

    /// - Parameter image: `[height, width, 3]`.
    func callAsFunction(_ image: Tensor<Float>) -> Tensor<Float> {
        let (height, width) = (image.shape[0], image.shape[1])
        let alongRows = Tensor<Float>(shape: image.shape) { output in
            image.withUnsafeElements { input in
                for row in 0..<height {
                    blur(input, from: row * width * 3, count: width, step: 3, channels: 3, into: output)
                }
            }
        }
        return Tensor(shape: image.shape) { output in
            // A whole row is one step down the columns, so that memory is walked along.
            alongRows.withUnsafeElements { blur($0, from: 0, count: height, step: width * 3, channels: width * 3, into: output) }
        }
    }

    /// Blurs along one axis: `count` places of `channels` numbers each, `step` numbers apart.
    private func blur(
        _ input: UnsafeBufferPointer<Float>, from start: Int, count: Int, step: Int, channels: Int,
        into output: UnsafeMutableBufferPointer<Float>
    ) {
        weights.withUnsafeBufferPointer { weights in
            for place in 0..<count {
                let target = start + place * step
                for channel in 0..<channels { output[target + channel] = weights[0] * input[target + channel] }
                for offset in 1..<weights.count {
                    let before = start + max(0, place - offset) * step
                    let after = start + min(count - 1, place + offset) * step
                    let weight = weights[offset]
                    for channel in 0..<channels {
                        output[target + channel] += weight * (input[before + channel] + input[after + channel])
                    }
                }
            }
        }
    }
}
