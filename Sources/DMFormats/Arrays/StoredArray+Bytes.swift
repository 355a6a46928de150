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
