import CDMKernels

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
    /// - Parameter axis: An axis that is not empty; a negative one counts from the last.
    public func maximum(along axis: Int, keepingAxes: Bool = false) -> Tensor {
        extreme(along: axis, keepingAxes: keepingAxes, "maximum", by: Scalar.elementKernels.table.largest)
    }

    /// The smallest elements along an axis.
    ///
    /// - Parameter axis: An axis that is not empty; a negative one counts from the last.
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
                Parallelism.forEachChunk(of: count / columns, size: max(1, Parallelism.grain / columns)) {
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
                Parallelism.forEachChunk(of: x.count / columns, size: max(1, Parallelism.grain / columns)) {
                    kernel(a + $0.lowerBound * columns, c + $0.lowerBound * columns, $0.count, columns)
                }
            }
        }
    }
}
