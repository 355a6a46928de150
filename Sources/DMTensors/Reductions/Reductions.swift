import CDMKernels

extension Tensor<Float> {
    /// Whether every element is a finite number.
    package var isFinite: Bool {
        // All bits of the exponent are ones in infinities and NaN alone; without a branch the loop becomes vectors.
        withUnsafeElements { elements in
            let exponent: UInt32 = 0x7f80_0000
            var found: UInt32 = 0
            for element in elements { found |= element.bitPattern & exponent == exponent ? 1 : 0 }
            return found == 0
        }
    }
}

extension Tensor where Scalar: NumericScalar {
    /// The sum of all elements, 0 if there are none.
    public func sum() -> Scalar { reshaped(to: [count]).sum(along: [0]).scalar }

    /// The largest element.
    ///
    /// - Precondition: There is one.
    public func maximum() -> Scalar { reshaped(to: [count]).maximum(along: 0).scalar }

    /// The smallest element.
    ///
    /// - Precondition: There is one.
    public func minimum() -> Scalar { reshaped(to: [count]).minimum(along: 0).scalar }

    /// The sums along the given axes.
    ///
    /// - Parameters:
    ///   - axes: Each of them once; negative ones count from the last.
    ///   - keepingAxes: Whether the axes stay, with extent 1.
    public func sum(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let axes = resolved(axes, "sum")
        var result = self
        // Neighboring axes are one.
        var last = axes.endIndex
        while last > 0 {
            var first = last - 1
            while first > 0, axes[first - 1] == axes[first] - 1 { first -= 1 }
            result = result.reduced(along: axes[first]...axes[last - 1], isSplittable: true, by: Scalar.elementKernels.table.sum)
            last = first
        }
        return keepingAxes ? result : result.reshaped(to: removing(axes))
    }

    /// The products along the given axes, 1 where there is nothing to multiply.
    ///
    /// - Parameters:
    ///   - axes: Each of them once; negative ones count from the last.
    ///   - keepingAxes: Whether the axes stay, with extent 1.
    public func product(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let axes = resolved(axes, "product")
        let result = axes.reduce(self) {
            $0.reduced(along: $1...$1, isSplittable: true, by: Scalar.elementKernels.table.product)
        }
        return keepingAxes ? result : result.reshaped(to: removing(axes))
    }

    /// The largest elements along an axis.
    ///
    /// - Parameters:
    ///   - axis: An axis that is not empty; a negative one counts from the last.
    ///   - keepingAxes: Whether the axis stays, with the extent 1.
    public func maximum(along axis: Int, keepingAxes: Bool = false) -> Tensor {
        extreme(along: axis, keepingAxes: keepingAxes, "maximum", by: Scalar.elementKernels.table.largest)
    }

    /// The smallest elements along an axis.
    ///
    /// - Parameters:
    ///   - axis: An axis that is not empty; a negative one counts from the last.
    ///   - keepingAxes: Whether the axis stays, with the extent 1.
    public func minimum(along axis: Int, keepingAxes: Bool = false) -> Tensor {
        extreme(along: axis, keepingAxes: keepingAxes, "minimum", by: Scalar.elementKernels.table.smallest)
    }

    /// The positions of the largest elements along an axis, the first of equal ones.
    ///
    /// - Parameter axis: An axis that is not empty; a negative one counts from the last.
    public func argmax(along axis: Int) -> Tensor<Int32> {
        positions(along: axis, "argmax", by: Scalar.elementKernels.table.position_of_largest)
    }

    /// The positions of the smallest elements along an axis, the first of equal ones.
    ///
    /// - Parameter axis: An axis that is not empty; a negative one counts from the last.
    public func argmin(along axis: Int) -> Tensor<Int32> {
        positions(along: axis, "argmin", by: Scalar.elementKernels.table.position_of_smallest)
    }

    private func positions(along axis: Int, _ name: String, by kernel: dm_reduction_kernel) -> Tensor<Int32> {
        let axis = resolved([axis], name)[0]
        require(shape[axis] > 0, "\(name) along the empty axis \(axis) of \(shape)")
        let positions: Tensor<Int32> = reduced(along: axis...axis, isSplittable: false, by: kernel)
        return positions.reshaped(to: removing([axis]))
    }

    private func extreme(along axis: Int, keepingAxes: Bool, _ name: String, by kernel: dm_reduction_kernel) -> Tensor {
        let axis = resolved([axis], name)[0]
        require(shape[axis] > 0, "\(name) along the empty axis \(axis) of \(shape)")
        let result: Tensor = reduced(along: axis...axis, isSplittable: true, by: kernel)
        return keepingAxes ? result : result.reshaped(to: removing([axis]))
    }
}

extension Tensor where Scalar: FloatingPointScalar {
    /// The mean of all elements.
    public func mean() -> Scalar { sum() / Scalar(count) }

    /// The means along the given axes.
    public func mean(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let count = resolved(axes, "mean").reduce(1) { $0 * shape[$1] }
        return sum(along: axes, keepingAxes: keepingAxes) / Scalar(count)
    }

    /// The mean squared distances from the mean along the given axes: divided by n, not by n - 1.
    public func variance(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let axes = resolved(axes, "variance")
        return (self - mean(along: axes, keepingAxes: true)).squared().mean(along: axes, keepingAxes: keepingAxes)
    }

    /// e^x / Σ e^x along the last axis.
    public func softmax() -> Tensor { mappedRows(by: Scalar.kernelTables.real.softmax) }

    /// The gradient of `softmax()`, whose result this tensor y is: y (g − Σ y g) along the last axis.
    package func softmaxPullback(_ gradient: Tensor) -> Tensor {
        let columns = shape[rank - 1]
        return Tensor(shape: shape) { z in
            guard let z = z.baseAddress, count > 0 else { return }
            withElements(of: self, gradient) { y, g in
                Parallelism.forEachUncheckedChunk(of: count / columns, size: max(1, Parallelism.grain / columns)) {
                    let first = $0.lowerBound * columns
                    Scalar.kernelTables.real.softmax_pullback(y + first, g + first, z + first, $0.count, columns)
                }
            }
        }
    }

    /// The logarithm of `softmax()`, exact where that vanishes.
    public func logSoftmax() -> Tensor { mappedRows(by: Scalar.kernelTables.real.log_softmax) }

    private func mappedRows(by kernel: (UnsafeRawPointer?, UnsafeMutableRawPointer?, Int, Int) -> Void) -> Tensor {
        require(rank > 0, "softmax needs an axis")
        let columns = shape[rank - 1]
        return Tensor(shape: shape) { z in
            withUnsafeElements { x in
                guard !x.isEmpty, let a = x.baseAddress, let c = z.baseAddress else { return }
                Parallelism.forEachUncheckedChunk(of: x.count / columns, size: max(1, Parallelism.grain / columns)) {
                    kernel(a + $0.lowerBound * columns, c + $0.lowerBound * columns, $0.count, columns)
                }
            }
        }
    }
}

extension Tensor where Scalar: FloatingPointScalar {
    /// log Σ eˣ along the given axes, without overflow.
    ///
    /// - Parameters:
    ///   - axes: Each of them once, none empty; negative ones count from the last.
    ///   - keepingAxes: Whether the axes stay, with extent 1.
    public func logSumExp(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let axes = resolved(axes, "logSumExp")
        let largest = axes.reduce(self) { $0.maximum(along: $1, keepingAxes: true) }
        // An infinity taken from itself would be no number.
        let offset = select(where: largest.absoluteValue() .< .infinity, largest, Tensor(0))
        let result = (self - offset).exp().sum(along: axes, keepingAxes: true).log() + offset
        return keepingAxes ? result : result.reshaped(to: removing(axes))
    }
}

extension Tensor where Scalar: NumericScalar {
    /// The sums of all elements up to each position of an axis.
    ///
    /// y[..., i, ...] = Σ_{j ≤ i} x[..., j, ...]
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - excludesSelf: Whether a sum leaves out the element at its own position (j < i).
    ///   - isReversed: Whether sums run from the end (j ≥ i).
    public func cumulativeSum(along axis: Int, excludesSelf: Bool = false, isReversed: Bool = false) -> Tensor {
        let axis = resolved([axis], "cumulative sum")[0]
        let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
        let line = shape[axis] * inner
        return Tensor(shape: shape) { z in
            withUnsafeElements { x in
                guard !x.isEmpty, let source = x.baseAddress, let target = z.baseAddress else { return }
                Parallelism.forEachUncheckedChunk(of: outer, size: max(1, Parallelism.grain / line)) {
                    Scalar.elementKernels.table.cumulative_sum(
                        source + $0.lowerBound * line, target + $0.lowerBound * line, $0.count, shape[axis], inner, excludesSelf,
                        isReversed)
                }
            }
        }
    }
}

extension Tensor {
    /// Axes in ascending order, counted from the first.
    package func resolved(_ axes: [Int], _ operation: String) -> [Int] {
        let resolved = axes.map { $0 < 0 ? $0 + rank : $0 }.sorted()
        require(
            resolved.allSatisfy { (0..<rank).contains($0) } && Set(resolved).count == axes.count,
            "\(operation) along the axes \(axes) of the shape \(shape)")
        return resolved
    }

    /// The shape without the given axes.
    func removing(_ axes: [Int]) -> [Int] { shape.indices.filter { !axes.contains($0) }.map { shape[$0] } }

    /// A reduction along neighboring axes, which stay with extent 1.
    ///
    /// - Parameter isSplittable: Whether the results of parts, reduced again, are the result of the
    ///   whole. Parts depend on the shape alone, so that every number of threads adds up the same way.
    func reduced<Result>(along axes: ClosedRange<Int>, isSplittable: Bool, by kernel: dm_reduction_kernel) -> Tensor<Result> {
        let outer = shape[..<axes.lowerBound].reduce(1, *), inner = shape[(axes.upperBound + 1)...].reduce(1, *)
        let reduced = shape[axes].reduce(1, *)
        let resultShape = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
        let layout = ReductionLayout(outer: outer, reduced: reduced, inner: inner)
        return Tensor<Result>(shape: resultShape) { z in
            guard let target = z.baseAddress, !z.isEmpty else { return }
            if isSplittable, let part = layout.partLength {
                let partCount = (reduced + part - 1) / part
                let parts = Tensor<Result>(shape: [outer, partCount, inner]) { parts in
                    withUnsafeElements { layout.reduceParts(of: part, $0.baseAddress!, into: parts.baseAddress!, by: kernel) }
                }
                parts.withUnsafeElements { kernel($0.baseAddress!, target, outer, partCount, inner, inner) }
            } else {
                withUnsafeElements { layout.reduce($0.baseAddress!, into: target, by: kernel) }
            }
        }
    }
}

/// How the reduction of [outer, reduced, inner] along its middle axis is shared among threads.
private struct ReductionLayout {
    let outer: Int
    let reduced: Int
    let inner: Int

    /// Rows of `inner` elements that one part of a long reduction has; `nil` where it is not split.
    var partLength: Int? {
        let length = max(64, Parallelism.grain / inner)
        return outer < 64 && reduced >= 4 * length ? length : nil
    }

    func reduceParts<S, T>(
        of length: Int, _ x: UnsafePointer<S>, into z: UnsafeMutablePointer<T>, by kernel: dm_reduction_kernel
    ) {
        let partCount = (reduced + length - 1) / length
        Parallelism.forEachUncheckedChunk(of: outer * partCount, size: 1) {
            let (o, part) = $0.lowerBound.quotientAndRemainder(dividingBy: partCount)
            let rows = min(length, reduced - part * length)
            kernel(x + (o * reduced + part * length) * inner, z + $0.lowerBound * inner, 1, rows, inner, inner)
        }
    }

    func reduce<S, T>(_ x: UnsafePointer<S>, into z: UnsafeMutablePointer<T>, by kernel: dm_reduction_kernel) {
        let width = max(128, Parallelism.grain / max(1, reduced))
        guard inner > width else {
            Parallelism.forEachUncheckedChunk(of: outer, size: max(1, Parallelism.grain / max(1, reduced * inner))) {
                kernel(x + $0.lowerBound * reduced * inner, z + $0.lowerBound * inner, $0.count, reduced, inner, inner)
            }
            return
        }
        let strips = (inner + width - 1) / width
        Parallelism.forEachUncheckedChunk(of: outer * strips, size: 1) {
            let (o, strip) = $0.lowerBound.quotientAndRemainder(dividingBy: strips)
            let column = strip * width
            kernel(x + o * reduced * inner + column, z + o * inner + column, 1, reduced, inner, min(width, inner - column))
        }
    }
}
