/// Where the elements of an array with strides lie.
enum ElementLayout {
    /// The strides, in elements, of an array whose last axis is contiguous.
    static func rowMajorStrides(of shape: [Int]) -> [Int] {
        var strides = shape
        var stride = 1
        for axis in shape.indices.reversed() {
            strides[axis] = stride
            stride *= shape[axis]
        }
        return strides
    }

    /// The strides, in elements, of an array whose first axis is contiguous.
    static func columnMajorStrides(of shape: [Int]) -> [Int] { rowMajorStrides(of: shape.reversed()).reversed() }

    /// Whether the elements lie one after another in row-major order.
    static func isRowMajor(_ shape: [Int], _ strides: [Int]) -> Bool {
        let dense = rowMajorStrides(of: shape)
        return shape.indices.allSatisfy { shape[$0] == 1 || strides[$0] == dense[$0] }
    }

    /// The number of elements, nil where an extent is negative or a product of extents too large for an integer.
    ///
    /// An empty array's other extents have to have a product, too: whoever multiplies them may not know of the empty one.
    static func count(_ shape: [Int]) -> Int? {
        guard shape.allSatisfy({ $0 >= 0 }),
            let product = shape.reduce(Optional(1), { product, extent in product.flatMap { multiplied($0, max(1, extent)) } })
        else { return nil }
        return shape.contains(0) ? 0 : product
    }

    /// How many elements lie from the first to the last one, both counted; nil where one lies before the first,
    /// or too far away for an integer.
    static func span(_ shape: [Int], _ strides: [Int]) -> Int? {
        guard shape.count == strides.count, let count = count(shape), strides.allSatisfy({ $0 >= 0 }) else { return nil }
        if count == 0 { return 0 }
        return zip(shape, strides).reduce(Optional(1)) { span, axis in
            guard let span, let distance = multiplied(axis.0 - 1, axis.1) else { return nil }
            let (sum, overflow) = span.addingReportingOverflow(distance)
            return overflow ? nil : sum
        }
    }

    /// Calls `body` with the offset of each element of an array that is not empty, in row-major order.
    @inline(__always)
    static func forEachOffset(_ shape: [Int], _ strides: [Int], _ body: (Int) -> Void) {
        let columns = shape.last ?? 1
        let columnStride = strides.last ?? 0
        var position = [Int](repeating: 0, count: max(0, shape.count - 1))
        var row = 0
        while true {
            for column in 0..<columns { body(row + column * columnStride) }
            var axis = position.count - 1
            while axis >= 0 {
                position[axis] += 1
                row += strides[axis]
                if position[axis] < shape[axis] { break }
                row -= strides[axis] * shape[axis]
                position[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    private static func multiplied(_ x: Int, _ y: Int) -> Int? {
        let (product, overflow) = x.multipliedReportingOverflow(by: y)
        return overflow ? nil : product
    }
}
