import DMTensors

/// An array as a file stores it: its elements are copied out when they are asked for.
///
/// ```swift
/// let file = try PyTorchFile(path: "weights.pth")
/// for (name, array) in file.arrays {
///     print(name, array.elementType, array.shape)
///     let weight = Tensor<Float>(converting: array)
/// }
/// ```
///
/// As long as one is held, so is the file's memory, which for a mapped file belongs to the system: such a file may be
/// deleted, or replaced in one step, but not shortened meanwhile. Two are equal where they are the same elements of the
/// same memory.
public struct StoredArray: Sendable, Hashable {
    /// The type of the elements.
    public let elementType: ElementType
    /// The extent of each axis.
    public let shape: [Int]
    /// How many elements further the next one along each axis lies.
    private let strides: [Int]
    private let isByteSwapped: Bool
    /// The bytes from the first element on.
    private let storedBytes: ByteRegion

    /// The elements that lie in `bytes` with the given strides, in row-major order by default.
    ///
    /// - Precondition: `bytes` holds all elements, `ElementLayout.span(shape, strides)` of them.
    init(
        _ elementType: ElementType, shape: [Int], strides: [Int]? = nil, isByteSwapped: Bool = false, bytes: ByteRegion
    ) {
        self.elementType = elementType
        self.shape = shape
        self.strides = strides ?? ElementLayout.rowMajorStrides(of: shape)
        self.isByteSwapped = isByteSwapped && elementType.size > 1
        storedBytes = bytes
    }

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The bytes of all elements.
    public var byteCount: Int { count * elementType.size }

    /// The elements in row-major order and in this machine's order of bytes; copied only where they lie otherwise.
    var contiguousBytes: ByteRegion {
        if count == 0 { return storedBytes[0..<0] }
        if !isByteSwapped, ElementLayout.isRowMajor(shape, strides) { return storedBytes[0..<byteCount] }
        return switch elementType.size {
        case 1: gathered(as: UInt8.self)
        case 2: gathered(as: UInt16.self)
        case 4: gathered(as: UInt32.self)
        default: gathered(as: UInt64.self)
        }
    }

    private func gathered<Word: FixedWidthInteger & BitwiseCopyable>(as type: Word.Type) -> ByteRegion {
        ByteRegion(count: byteCount) { target in
            storedBytes.withUnsafeBytes { source in
                var position = 0
                ElementLayout.forEachOffset(shape, strides) { offset in
                    let word = source.loadUnaligned(fromByteOffset: offset * MemoryLayout<Word>.size, as: Word.self)
                    target.storeBytes(of: isByteSwapped ? word.byteSwapped : word, toByteOffset: position, as: Word.self)
                    position += MemoryLayout<Word>.size
                }
            }
        }
    }
}

extension StoredArray {
    /// The checksum, as of zip archives, of the elements' bytes in row-major order.
    package var checksum: UInt32 { Deflate.checksum(contiguousBytes) }
}

extension StoredArray {
    /// The elements that bytes stand for, in row-major order and with the low byte first.
    ///
    /// - Throws: ``StoredArrayError`` where the bytes are not as many as the shape and the type ask for.
    public init(_ elementType: ElementType, shape: [Int], bytes: [UInt8]) throws(StoredArrayError) {
        let size = ElementLayout.count(shape)?.multipliedReportingOverflow(by: elementType.size)
        guard let size, !size.overflow else { throw .invalidShape(shape) }
        guard size.partialValue == bytes.count else { throw .sizeMismatch(expected: size.partialValue, found: bytes.count) }
        self.init(elementType, shape: shape, bytes: ByteRegion(copying: bytes))
    }

    /// The elements in row-major order, with the low byte first.
    public var bytes: [UInt8] { contiguousBytes.array }
}

/// Bytes that cannot be the array that they are said to be.
public enum StoredArrayError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A shape with a negative extent, or with more elements than can be counted.
    case invalidShape([Int])
    /// The bytes are not as many as shape and type ask for.
    case sizeMismatch(expected: Int, found: Int)

    /// What was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .invalidShape(let shape): "an array cannot have the shape \(shape)"
        case .sizeMismatch(let expected, let found): "shape and type ask for \(expected) bytes, found \(found)"
        }
    }
}

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
