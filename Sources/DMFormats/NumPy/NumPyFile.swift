import DMTensors

/// One array in NumPy's format, as `numpy.save` writes it.
///
/// ```swift
/// let labels = Tensor<Int32>(converting: try NumPyFile(path: "labels.npy").array)
/// try NumPyFile(StoredArray(labels)).write(to: "copy.npy")
/// ```
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1.0 to 3.0, both orders of
/// bytes and of axes. What is written equals NumPy's own file byte for byte.
public struct NumPyFile: Sendable {
    /// The array.
    public let array: StoredArray

    /// The largest header that is read, in bytes: arrays of numbers need a few hundred.
    public static let maximumHeaderSize = 1 << 16

    /// A file of the given array; NumPy has no bfloat16.
    public init(_ array: StoredArray) { self.array = array }

    /// Opens a file; the array stays in it until it is asked for.
    ///
    /// - Throws: ``NumPyFileError`` where it cannot be read or is not of the format.
    public init(path: String) throws(NumPyFileError) {
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: path) } catch { throw .file(error) }
        try self.init(file)
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: ``NumPyFileError`` where they are not of the format.
    public init(bytes: [UInt8]) throws(NumPyFileError) {
        try self.init(ByteRegion(copying: bytes))
    }

    init(_ file: ByteRegion) throws(NumPyFileError) {
        let header = try NumPyHeader(startOf: file)
        guard header.shape.count <= Self.maximumRank, let count = ElementLayout.count(header.shape) else {
            throw .sizeOverflow(shape: header.shape)
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: header.elementType.size)
        guard !overflow else { throw .sizeOverflow(shape: header.shape) }
        let found = file.count - header.end
        guard size <= found else { throw .truncated(expected: size, found: found) }
        guard size == found else { throw .unusedBytes(count: found - size) }
        array = StoredArray(
            header.elementType, shape: header.shape,
            strides: header.isColumnMajor ? ElementLayout.columnMajorStrides(of: header.shape) : nil,
            isByteSwapped: header.isBigEndian, bytes: file[header.end..<file.count])
    }

    /// Writes a file, as a whole or not at all.
    ///
    /// - Throws: ``NumPyFileError`` where it cannot be written, or is of bfloat16.
    public func write(to path: String) throws(NumPyFileError) {
        let parts = try parts()
        do throws(FileError) { try AtomicFile.write(parts, to: path) } catch { throw .file(error) }
    }

    /// The bytes of the file.
    ///
    /// - Throws: ``NumPyFileError/unsupportedType(_:)`` where the array is of bfloat16.
    public func bytes() throws(NumPyFileError) -> [UInt8] { try parts().joinedBytes }

    /// The bytes of the file, one part after another.
    func parts() throws(NumPyFileError) -> [ByteRegion] {
        [ByteRegion(copying: try NumPyHeader(array).bytes()), array.contiguousBytes]
    }

    /// NumPy's own limit.
    static let maximumRank = 64
}
