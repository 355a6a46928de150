import DMTensors

extension Variable {
    /// The images `[n, h, w, c]` resampled bilinearly to `[n, height, width, c]`.
    ///
    /// - Parameters:
    ///   - height: The new height H.
    ///   - width: The new width W.
    ///   - alignsCorners: Whether the centers of the corner pixels stay in place (row i reads
    ///     `i * (h - 1) / (H - 1)`); otherwise the outer borders do (row i reads `(i + 1/2) * h / H - 1/2`,
    ///     held inside the image). No smoothing takes place when the size shrinks.
    /// - Precondition: The images have pixels.
    public func resized(height: Int, width: Int, alignsCorners: Bool) -> Variable {
        .apply(.resize, self) { x in
            let shape = x.shape
            return (
                x.resized(height: height, width: width, alignsCorners: alignsCorners),
                { Tensor.resizingGradient(of: $0, for: shape, alignsCorners: alignsCorners) }
            )
        }
    }

    /// The images `[n, h, w, c]` resampled to `[n, height, width, c]` by taking the nearest pixel.
    ///
    /// - Parameters:
    ///   - height: The new height H.
    ///   - width: The new width W.
    ///   - alignsCorners: Whether the corner pixels stay in place (row i is `round(i * (h - 1) / (H - 1))`, halves
    ///     rounded up); otherwise row i is `floor((i + 1/2) * h / H)`.
    /// - Precondition: The images have pixels.
    public func resizedNearest(height: Int, width: Int, alignsCorners: Bool) -> Variable {
        require(shape.count == 4, "images to be resized have four axes, not the shape \(shape)")
        return .apply(.resizeNearest, self) { x in
            let shape = x.shape
            return (
                x.resizedNearest(height: height, width: width, alignsCorners: alignsCorners),
                { Tensor.nearestResizingGradient(of: $0, for: shape, alignsCorners: alignsCorners) }
            )
        }
    }
}
