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
