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
                    Parallelism.forEachUncheckedChunk(of: shape[0] * height, size: rowsInChunk(width * channels)) { rows in
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
                    Parallelism.forEachUncheckedChunk(of: shape[0] * shape[1], size: size) { rows in
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
                Parallelism.forEachUncheckedChunk(of: shape[0] * height, size: rowsInChunk(targetRow)) { chunk in
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

/// How the positions of a resampled axis read those of its source.
///
/// Target t is `(1 - fraction[t]) * source[low[t]] + fraction[t] * source[high[t]]`.
struct AxisMap {
    let source: Int
    let low: [Int32]
    let high: [Int32]
    let fraction: [Double]
    /// The targets that read a source lie in `first[source] ..< end[source]`.
    let first: [Int32]
    let end: [Int32]

    private init(source: Int, low: [Int32], high: [Int32], fraction: [Double]) {
        self.source = source
        self.low = low
        self.high = high
        self.fraction = fraction
        var first = [Int32](repeating: Int32(low.count), count: source)
        var end = [Int32](repeating: 0, count: source)
        for target in low.indices {
            for s in [Int(low[target]), Int(high[target])] {
                first[s] = min(first[s], Int32(target))
                end[s] = max(end[s], Int32(target) + 1)
            }
        }
        self.first = first
        self.end = end
    }

    /// Linear interpolation. With aligned corners target t lies at `t * (source - 1) / (target - 1)`,
    /// otherwise at `(t + 1/2) * source / target - 1/2`, held inside the axis.
    init(linearFrom source: Int, to target: Int, alignsCorners: Bool) {
        var low: [Int32] = []
        var high: [Int32] = []
        var fraction: [Double] = []
        for t in 0..<target {
            let position =
                alignsCorners
                ? (target > 1 ? Double(t * (source - 1)) / Double(target - 1) : 0)
                : min(max((Double(t) + 0.5) * Double(source) / Double(target) - 0.5, 0), Double(source - 1))
            let floor = Int(position)
            low.append(Int32(floor))
            high.append(Int32(min(floor + 1, source - 1)))
            fraction.append(position - Double(floor))
        }
        self.init(source: source, low: low, high: high, fraction: fraction)
    }

    /// The nearest source. With aligned corners that is `round(t * (source - 1) / (target - 1))`,
    /// otherwise `floor((t + 1/2) * source / target)`; in whole numbers, halves rounded up.
    init(nearestFrom source: Int, to target: Int, alignsCorners: Bool) {
        let low = (0..<target).map { t in
            guard alignsCorners else { return Int32((2 * t + 1) * source / (2 * target)) }
            return target > 1 ? Int32((2 * t * (source - 1) + target - 1) / (2 * (target - 1))) : 0
        }
        self.init(source: source, low: low, high: low, fraction: [Double](repeating: 0, count: target))
    }

    /// Calls `body` with the map as kernels read it.
    func withKernelMap(_ body: (dm_axis_map) -> Void) {
        low.withUnsafeBufferPointer { low in
            high.withUnsafeBufferPointer { high in
                fraction.withUnsafeBufferPointer { fraction in
                    first.withUnsafeBufferPointer { first in
                        end.withUnsafeBufferPointer { end in
                            body(
                                dm_axis_map(
                                    source: source, target: low.count, low: low.baseAddress, high: high.baseAddress,
                                    fraction: fraction.baseAddress, first: first.baseAddress, end: end.baseAddress))
                        }
                    }
                }
            }
        }
    }
}
