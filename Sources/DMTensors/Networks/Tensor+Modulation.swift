import CDMKernels

extension Tensor where Scalar: FloatingPointScalar {
    /// Each channel of each image scaled and shifted: `y = x * (1 + scale) + shift`.
    ///
    /// - Parameters:
    ///   - scale: `[n, c]` for x `[n, ..., c]`.
    ///   - shift: `[n, c]`.
    /// - Returns: `[n, ..., c]`.
    public func modulated(scale: Tensor, shift: Tensor) -> Tensor {
        checkModulation(scale, shift)
        let (rows, channels) = (rowsOfImage, shape[rank - 1])
        let (zeros, factor) = (Tensor(repeating: 0, shape: [channels]), scale + 1)
        return Tensor(shape: shape) { y in
            guard let y = y.baseAddress, rows > 0 else { return }
            withElements(of: self, zeros, factor, shift) { x, zeros, factor, shift in
                Parallelism.forEachChunk(of: shape[0], size: 1) { image in
                    let i = image.lowerBound, first = i * rows * channels
                    Scalar.kernelTables.network.normalize_columns(
                        x + first, zeros, factor + i * channels, shift + i * channels, nil, y + first, rows, channels, dm_identity)
                }
            }
        }
    }

    /// The gradients of `modulated`: `dx = dy * (1 + scale)`, `dscale = sum(dy * x)`, `dshift = sum(dy)` over each image.
    package func modulationGradients(of gradient: Tensor, scale: Tensor) -> (x: Tensor, scale: Tensor, shift: Tensor) {
        let kernels = Scalar.kernelTables.network
        let (rows, channels) = (rowsOfImage, shape[rank - 1])
        let (zeros, ones) = (Tensor(repeating: 0, shape: [channels]), Tensor(repeating: 1, shape: [channels]))
        let factor = scale + 1
        let dx = Storage<Scalar>(count: count)
        let (dscale, dshift) = (Storage<Scalar>(count: scale.count), Storage<Scalar>(count: scale.count))
        withElements(of: self, gradient, zeros, ones, factor) { x, gradient, zeros, ones, factor in
            Parallelism.forEachChunk(of: shape[0], size: 1) { image in
                let i = image.lowerBound * channels, first = i * rows
                kernels.normalize_columns_sums(
                    x + first, gradient + first, zeros, ones, factor + i, zeros, dshift.address + i, dscale.address + i, rows, channels,
                    dm_identity)
                kernels.normalize_columns_gradient(
                    x + first, gradient + first, zeros, ones, factor + i, zeros, zeros, zeros, dx.address + first, rows, channels, 0,
                    dm_identity)
            }
        }
        return (Tensor(shape: shape, storage: dx), Tensor(shape: scale.shape, storage: dscale), Tensor(shape: scale.shape, storage: dshift))
    }

    private var rowsOfImage: Int { shape.dropFirst().dropLast().reduce(1, *) }

    private func checkModulation(_ scale: Tensor, _ shift: Tensor) {
        require(
            rank >= 2 && scale.shape == [shape[0], shape[rank - 1]] && shift.shape == scale.shape,
            "cannot modulate \(shape) by \(scale.shape) and \(shift.shape): one number for each channel of each image is needed")
    }
}
