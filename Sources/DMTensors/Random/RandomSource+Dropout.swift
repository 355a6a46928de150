extension RandomSource {
    /// A mask that drops elements at random and scales the others up, so that the mean of a product with it is kept.
    ///
    /// Each element is 0 with probability `rate`, else `1 / (1 - rate)`. Srivastava et al., *Dropout*, JMLR 2014.
    ///
    /// - Parameters:
    ///   - shape: The shape of what is to be multiplied.
    ///   - rate: The share that is dropped, in `0 ..< 1`.
    public mutating func dropoutMask<Scalar: FloatingPointScalar>(shape: [Int], rate: Double) -> Tensor<Scalar> {
        require(rate >= 0 && rate < 1, "the share that dropout drops is at least 0 and below 1, not \(rate)")
        let dropped: Tensor<Bool> = (uniform(shape: shape) as Tensor<Scalar>).isLess(than: Scalar(rate))
        return select(where: dropped, Tensor(0), Tensor(Scalar(1 / (1 - rate))))
    }

    /// A mask that drops whole channels of single images.
    ///
    /// Tompson et al., *Efficient Object Localization Using Convolutional Networks*, CVPR 2015.
    ///
    /// - Parameters:
    ///   - shape: The shape of what is to be multiplied, `[n, ..., c]`.
    ///   - rate: The share of channels that are dropped, in `0 ..< 1`.
    /// - Returns: The mask `[n, 1, ..., 1, c]`, which repeats itself over the other axes.
    public mutating func channelDropoutMask<Scalar: FloatingPointScalar>(shape: [Int], rate: Double) -> Tensor<Scalar> {
        require(shape.count >= 2, "channels are dropped of [n, ..., c], not of \(shape)")
        let inner = [Int](repeating: 1, count: shape.count - 2)
        return dropoutMask(shape: [shape[0]] + inner + [shape[shape.count - 1]], rate: rate)
    }
}
