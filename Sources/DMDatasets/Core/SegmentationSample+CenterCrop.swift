import DMTensors

extension SegmentationSample {
    /// The square in the middle of the sample; where the image is shorter than that, all of it.
    ///
    /// Of an odd rest, the larger half lies to the right and below.
    ///
    /// - Parameter side: The side of the square in pixels.
    public func centerCropped(to side: Int) -> SegmentationSample {
        let (height, width) = (min(side, image.shape[0]), min(side, image.shape[1]))
        let (top, left) = ((image.shape[0] - height) / 2, (image.shape[1] - width) / 2)
        return SegmentationSample(
            identifier: identifier,
            image: image.sliced(along: 0, from: top, to: top + height).sliced(along: 1, from: left, to: left + width),
            mask: mask?.sliced(along: 0, from: top, to: top + height).sliced(along: 1, from: left, to: left + width))
    }
}
