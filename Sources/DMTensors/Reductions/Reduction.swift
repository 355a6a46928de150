import CDMKernels

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
        Parallelism.forEachChunk(of: outer * partCount, size: 1) {
            let (o, part) = $0.lowerBound.quotientAndRemainder(dividingBy: partCount)
            let rows = min(length, reduced - part * length)
            kernel(x + (o * reduced + part * length) * inner, z + $0.lowerBound * inner, 1, rows, inner, inner)
        }
    }

    func reduce<S, T>(_ x: UnsafePointer<S>, into z: UnsafeMutablePointer<T>, by kernel: dm_reduction_kernel) {
        let width = max(128, Parallelism.grain / max(1, reduced))
        guard inner > width else {
            Parallelism.forEachChunk(of: outer, size: max(1, Parallelism.grain / max(1, reduced * inner))) {
                kernel(x + $0.lowerBound * reduced * inner, z + $0.lowerBound * inner, $0.count, reduced, inner, inner)
            }
            return
        }
        let strips = (inner + width - 1) / width
        Parallelism.forEachChunk(of: outer * strips, size: 1) {
            let (o, strip) = $0.lowerBound.quotientAndRemainder(dividingBy: strips)
            let column = strip * width
            kernel(x + o * reduced * inner + column, z + o * inner + column, 1, reduced, inner, min(width, inner - column))
        }
    }
}
