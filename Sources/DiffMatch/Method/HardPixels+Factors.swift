import DMDatasets
package import DMLayers
package import DMTensors

extension OnlineHardExampleMining {
    /// What the losses of pixels are multiplied by, so that a mean over all valid pixels becomes one over the hard ones.
    ///
    /// - Parameters:
    ///   - losses: The cross-entropy of each pixel, `[n, h, w]`.
    ///   - targets: 255 where a pixel is not valid, `[n, h, w]`.
    ///   - images: The images among whose pixels the hard ones are sought; all others have the factor 1.
    /// - Returns: `[n, h, w]`: in these images, the number of valid pixels divided by that of hard ones where a pixel is
    ///   hard, 0 elsewhere.
    package func factors(losses: Tensor<Float>, targets: Tensor<Int32>, images: Range<Int>) -> Tensor<Float> {
        let ignored = Int32(SegmentationSample.ignoredLabel)
        func sliced<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
            x.sliced(along: 0, from: images.lowerBound, to: images.upperBound)
        }
        func ones(_ count: Int) -> Tensor<Float> { Tensor(repeating: 1, shape: [count] + losses.shape.dropFirst()) }
        let isHard = mask(losses: sliced(losses), sliced(targets), ignoring: ignored)
        let validCount = sliced(targets).scalars.count { $0 != ignored }
        let factor = Float(validCount) / Float(max(1, isHard.scalars.count { $0 }))
        let factors = select(where: isHard, Tensor(factor), Tensor<Float>(0))
        return concatenated([ones(images.lowerBound), factors, ones(losses.shape[0] - images.upperBound)], along: 0)
    }
}
