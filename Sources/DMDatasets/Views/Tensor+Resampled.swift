package import DMTensors

extension Tensor<UInt8> {
    /// An image at another size, as a training view at that size shows it: bilinear, with a filter that widens as the
    /// image shrinks.
    ///
    /// - Parameters:
    ///   - height: The height of the result.
    ///   - width: The width of the result.
    /// - Precondition: The shape is `[h, w, 3]`.
    /// - Returns: `[height, width, 3]` in [0, 1].
    package func resampled(height: Int, width: Int) -> Tensor<Float> {
        let rows = ResamplingFilter(from: shape[0], to: height, first: 0, count: height)
        let columns = ResamplingFilter(from: shape[1], to: width, first: 0, count: width)
        return Tensor<Float>(shape: [height, width, 3]) { output in
            output.initialize(repeating: 0)
            withUnsafeElements { pixels in
                Resampler(width: shape[1], rows: rows, columns: columns).resample(
                    pixels, into: output, outputWidth: width, isFlipped: false)
            }
        }
    }

    /// An image made smaller or larger by a factor, in [0, 1]; no side falls below one pixel.
    ///
    /// - Parameter scale: The factor of both sides; 1 leaves the image as it is.
    /// - Precondition: The shape is `[h, w, 3]`.
    package func resampled(by scale: Double) -> Tensor<Float> {
        func scaled(_ side: Int) -> Int { Swift.max(1, Int((Double(side) * scale).rounded())) }
        return scale == 1 ? unitInterval : resampled(height: scaled(shape[0]), width: scaled(shape[1]))
    }
}
