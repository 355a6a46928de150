import CDMKernels

extension Tensor where Scalar: FloatingPointScalar {
    /// The images `[n, h, w, c]` resampled bilinearly to `[n, height, width, c]`.
    ///
    /// - Parameters:
    ///   - height: The new height H.
    ///   - width: The new width W.
    ///   - alignsCorners: Whether the centers of the corner pixels stay in place (row i reads
    ///     `i * (h - 1) / (H - 1)`); otherwise the outer borders do (row i reads `(i + 1/2) * h / H - 1/2`,
    ///     held inside the image). No smoothing takes place when the size shrinks.
    /// - Precondition: The images have pixels.
    public func resized(height: Int, width: Int, alignsCorners: Bool) -> Tensor {
        checkImages("resize", height: height, width: width)
        return resampled(
            AxisMap(linearFrom: shape[1], to: height, alignsCorners: alignsCorners),
            AxisMap(linearFrom: shape[2], to: width, alignsCorners: alignsCorners))
    }

    /// The gradient of `resized` with respect to images `[n, h, w, c]`, given that of its result.
    package static func resizingGradient(of gradient: Tensor, for shape: [Int], alignsCorners: Bool) -> Tensor {
        adjointResampled(
            gradient, shape,
            AxisMap(linearFrom: shape[1], to: gradient.shape[1], alignsCorners: alignsCorners),
            AxisMap(linearFrom: shape[2], to: gradient.shape[2], alignsCorners: alignsCorners))
    }

    /// The gradient of `resizedNearest` with respect to images `[n, h, w, c]`, given that of its result.
    package static func nearestResizingGradient(of gradient: Tensor, for shape: [Int], alignsCorners: Bool) -> Tensor {
        adjointResampled(
            gradient, shape,
            AxisMap(nearestFrom: shape[1], to: gradient.shape[1], alignsCorners: alignsCorners),
            AxisMap(nearestFrom: shape[2], to: gradient.shape[2], alignsCorners: alignsCorners))
    }

    private func resampled(_ vertical: AxisMap, _ horizontal: AxisMap) -> Tensor {
        let kernels = Scalar.kernelTables.network
        let (height, width, channels) = (vertical.low.count, horizontal.low.count, shape[3])
        let output = Storage<Scalar>(count: shape[0] * height * width * channels)
        withElements(of: self) { x in
            vertical.withKernelMap { vertical in
                horizontal.withKernelMap { horizontal in
                    Parallelism.forEachChunk(of: shape[0] * height, size: rowsInChunk(width * channels)) { rows in
                        withScratch(shape[2] * channels * MemoryLayout<Scalar>.stride) { scratch in
                            kernels.resize(
                                x, output.address, vertical, horizontal, channels, rows.lowerBound, rows.upperBound, scratch)
                        }
                    }
                }
            }
        }
        return Tensor(shape: [shape[0], height, width, channels], storage: output)
    }

    private static func adjointResampled(
        _ gradient: Tensor, _ shape: [Int], _ vertical: AxisMap, _ horizontal: AxisMap
    ) -> Tensor {
        let kernels = Scalar.kernelTables.network
        let (width, channels) = (gradient.shape[2], shape[3])
        let output = Storage<Scalar>(count: shape.reduce(1, *))
        withElements(of: gradient) { gradient in
            vertical.withKernelMap { vertical in
                horizontal.withKernelMap { horizontal in
                    let size = rowsInChunk(width * channels * max(1, vertical.target / max(1, vertical.source)))
                    Parallelism.forEachChunk(of: shape[0] * shape[1], size: size) { rows in
                        withScratch(width * channels * MemoryLayout<Scalar>.stride) { scratch in
                            kernels.resize_adjoint(
                                gradient, output.address, vertical, horizontal, channels, rows.lowerBound, rows.upperBound,
                                scratch)
                        }
                    }
                }
            }
        }
        return Tensor(shape: shape, storage: output)
    }
}

extension Tensor {
    /// Images `[n, h, w, c]` or class maps `[n, h, w]` resampled to height x width by taking the nearest pixel.
    ///
    /// - Parameters:
    ///   - height: The new height H.
    ///   - width: The new width W.
    ///   - alignsCorners: Whether the corner pixels stay in place (row i is `round(i * (h - 1) / (H - 1))`, halves
    ///     rounded up: the grid of a bilinear `resized` that aligns corners); otherwise row i is
    ///     `floor((i + 1/2) * h / H)`.
    /// - Precondition: The images have pixels.
    public func resizedNearest(height: Int, width: Int, alignsCorners: Bool) -> Tensor {
        checkImages("resize", height: height, width: width, allowingClassMaps: true)
        let rows = AxisMap(nearestFrom: shape[1], to: height, alignsCorners: alignsCorners).low
        let columns = AxisMap(nearestFrom: shape[2], to: width, alignsCorners: alignsCorners).low
        let bytes = (rank == 4 ? shape[3] : 1) * MemoryLayout<Scalar>.stride
        let (sourceRow, targetRow) = (shape[2] * bytes, width * bytes)
        let output = Storage<Scalar>(count: shape[0] * height * width * (rank == 4 ? shape[3] : 1))
        let copyBlocks = activeKernels.network_f32.pointee.copy_blocks
        withElements(of: self) { x in
            let source = UnsafeRawPointer(x)
            let target = UnsafeMutableRawPointer(output.address)
            columns.withUnsafeBufferPointer { columns in
                Parallelism.forEachChunk(of: shape[0] * height, size: rowsInChunk(targetRow)) { chunk in
                    for i in chunk {
                        let row = i / height * shape[1] + Int(rows[i % height])
                        copyBlocks?(source + row * sourceRow, target + i * targetRow, columns.baseAddress, width, bytes)
                    }
                }
            }
        }
        return Tensor(shape: [shape[0], height, width] + shape.dropFirst(3), storage: output)
    }

    fileprivate func checkImages(_ operation: String, height: Int, width: Int, allowingClassMaps: Bool = false) {
        require(
            (rank == 4 || (allowingClassMaps && rank == 3)) && height >= 0 && width >= 0
                && shape[1] > 0 && shape[2] > 0,
            "cannot \(operation) images of shape \(shape) to \(height) x \(width)")
    }
}

/// As many rows as make up work worth handing to a thread.
private func rowsInChunk(_ row: Int) -> Int { max(1, 16384 / max(1, row)) }
