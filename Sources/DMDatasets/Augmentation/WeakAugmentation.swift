public import DMTensors

/// The geometry of one drawn weak augmentation: what part of an image is seen at what size, and whether it is flipped.
///
/// The long side is scaled to a whole number of pixels drawn uniformly, the short side by the same factor. Where the result
/// is smaller than the crop it is padded at the right and at the bottom. Then a crop is drawn, and flipped or not.
public struct WeakTransform: Sendable, Equatable {
    /// The height of the scaled image in pixels.
    public var scaledHeight: Int
    /// The width of the scaled image in pixels.
    public var scaledWidth: Int
    /// The first row of the crop in the scaled image.
    public var top: Int
    /// The first column of the crop in the scaled image.
    public var left: Int
    /// Whether left and right are exchanged.
    public var isFlipped: Bool
    /// The side of the crop in pixels.
    public var side: Int

    /// The given geometry.
    public init(scaledHeight: Int, scaledWidth: Int, top: Int, left: Int, isFlipped: Bool, side: Int) {
        self.scaledHeight = scaledHeight
        self.scaledWidth = scaledWidth
        self.top = top
        self.left = left
        self.isFlipped = isFlipped
        self.side = side
    }

    /// A geometry drawn for an image of the given size.
    public init(height: Int, width: Int, augmentation: Augmentation, using random: inout RandomSource) {
        let longSide = max(height, width)
        let least = Int(Float(longSide) * augmentation.scale.lowerBound)
        let most = max(least, Int(Float(longSide) * augmentation.scale.upperBound))
        let scaled = max(1, least + random.index(below: most - least + 1))
        func scaledSide(_ side: Int) -> Int { max(1, (2 * side * scaled + longSide) / (2 * longSide)) }
        scaledHeight = scaledSide(height)
        scaledWidth = scaledSide(width)
        side = augmentation.cropSize
        top = random.index(below: max(0, scaledHeight - side) + 1)
        left = random.index(below: max(0, scaledWidth - side) + 1)
        isFlipped = random.chance(augmentation.flipProbability)
    }

    /// The view of a sample.
    ///
    /// The image is resampled bilinearly, with a filter that widens as the image shrinks; the mask takes the nearest label.
    ///
    /// - Parameter sample: An image with or without a mask.
    /// - Returns: A view `[side, side]`.
    public func callAsFunction(_ sample: SegmentationSample) -> AugmentedImage {
        let (height, width) = (sample.image.shape[0], sample.image.shape[1])
        return AugmentedImage(
            image: image(of: sample.image), mask: labels(of: sample.mask ?? Tensor(repeating: 0, shape: [height, width])))
    }

    private func image(of image: Tensor<UInt8>) -> Tensor<Float> {
        let (height, width) = (image.shape[0], image.shape[1])
        let rows = ResamplingFilter(from: height, to: scaledHeight, first: top, count: min(side, scaledHeight - top))
        let columns = ResamplingFilter(from: width, to: scaledWidth, first: left, count: min(side, scaledWidth - left))
        return Tensor(shape: [side, side, 3]) { output in
            output.initialize(repeating: 0)
            image.withUnsafeElements { pixels in
                Resampler(width: width, rows: rows, columns: columns).resample(
                    pixels, into: output, outputWidth: side, isFlipped: isFlipped)
            }
        }
    }

    /// The view of labels that are of the image's size, 255 where the image does not reach, `[side, side]`.
    func labels(of labels: Tensor<UInt8>) -> Tensor<UInt8> {
        Tensor(shape: [side, side]) { output in
            output.initialize(repeating: SegmentationSample.ignoredLabel)
            labels.withUnsafeElements { copyNearest($0, height: labels.shape[0], width: labels.shape[1], into: output) }
        }
    }

    private func copyNearest(
        _ labels: UnsafeBufferPointer<UInt8>, height: Int, width: Int, into output: UnsafeMutableBufferPointer<UInt8>
    ) {
        for row in 0..<min(side, scaledHeight - top) {
            let sourceRow = Self.nearest(row + top, from: height, to: scaledHeight)
            for column in 0..<min(side, scaledWidth - left) {
                let sourceColumn = Self.nearest(column + left, from: width, to: scaledWidth)
                output[row * side + (isFlipped ? side - 1 - column : column)] = labels[sourceRow * width + sourceColumn]
            }
        }
    }

    /// The pixel whose area holds the center of a scaled image's pixel.
    private static func nearest(_ index: Int, from source: Int, to scaled: Int) -> Int {
        min(source - 1, (2 * index + 1) * source / (2 * scaled))
    }
}

/// An augmented image with its mask.
public struct AugmentedImage: Sendable, Equatable {
    /// The pixels `[side, side, 3]` in [0, 1], 0 where the image does not reach.
    public var image: Tensor<Float>
    /// The labels `[side, side]`: 255 where pixels are to be ignored or the image does not reach; 0 elsewhere for an
    /// image without labels.
    public var mask: Tensor<UInt8>

    /// An image and its mask.
    public init(image: Tensor<Float>, mask: Tensor<UInt8>) {
        self.image = image
        self.mask = mask
    }
}

extension WeakTransform {
    /// The geometry of one weak view of each sample, each drawn from a random stream of its own.
    static func drawn(for samples: [SegmentationSample], augmentation: Augmentation, random: RandomSource) -> [WeakTransform] {
        require(!samples.isEmpty, "a batch has at least one sample")
        return samples.enumerated().map { index, sample in
            var random = random.split(UInt64(index))
            let (height, width) = (sample.image.shape[0], sample.image.shape[1])
            return WeakTransform(height: height, width: width, augmentation: augmentation, using: &random)
        }
    }
}
