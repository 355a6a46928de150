package import DMTensors

extension Tensor<Float> {
    /// Class probabilities at a larger size: their logarithms are interpolated, bilinearly.
    ///
    /// Training interpolates logits, so a network says by their size where between two cells a border runs. Probabilities
    /// are saturated there, and would put every border half way. What distinguishes logarithms of probabilities from logits is the
    /// same for all classes of a cell, and does not move a border.
    ///
    /// - Parameters:
    ///   - height: The height of the result.
    ///   - width: The width of the result.
    ///   - alignsCorners: Whether the centers of the corner cells stay at the corners, as between the cells of a network
    ///     and the pixels that it sees, or its outer borders do, as between sizes of an image.
    /// - Precondition: The shape is `[n, h, w, K]`.
    /// - Returns: `[n, height, width, K]`, summing to 1 over the classes.
    package func enlarged(height: Int, width: Int, alignsCorners: Bool = true) -> Tensor<Float> {
        // A probability that vanished in rounding still has a logarithm.
        clamped(to: .leastNormalMagnitude...1).log().resized(height: height, width: width, alignsCorners: alignsCorners).softmax()
    }
}
