public import DMTensors

/// The content of a safetensors file: named arrays in a fixed order, and free text.
///
/// ```swift
/// var content = Safetensors()
/// content.arrays.append((name: "weight", array: StoredArray(weight)))
/// content.arrays.append((name: "small", array: StoredArray(converting: weight, to: .bfloat16)))
/// try content.write(to: "weights.safetensors")
/// let restored = try Safetensors(path: "weights.safetensors")
/// let weight = Tensor<Float>(converting: try restored.array(named: "weight"))
/// ```
///
/// Format: https://huggingface.co/docs/safetensors. Equal contents give equal bytes.
public struct Safetensors: Sendable {
    /// The arrays by name, in order.
    public var arrays: [(name: String, array: StoredArray)]
    /// Free texts by key.
    public var metadata: [String: String]

    /// The largest header that is read, in bytes, as in the format's reference implementation.
    public static let maximumHeaderSize: UInt64 = 100_000_000

    /// The given arrays and texts.
    public init(arrays: [(name: String, array: StoredArray)] = [], metadata: [String: String] = [:]) {
        self.arrays = arrays
        self.metadata = metadata
    }

    /// The given parameters.
    public init(_ values: ParameterValues, metadata: [String: String] = [:]) {
        self.init(arrays: values.arrays, metadata: metadata)
    }

    /// Opens a file; its arrays stay in it until they are asked for.
    ///
    /// - Throws: ``SafetensorsError`` where it cannot be read or is not of the format.
    public init(path: String) throws(SafetensorsError) {
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: path) } catch { throw .file(error) }
        try self.init(file)
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: ``SafetensorsError`` where they are not of the format.
    public init(bytes: [UInt8]) throws(SafetensorsError) {
        try self.init(ByteRegion(copying: bytes))
    }

    private init(_ file: ByteRegion) throws(SafetensorsError) {
        guard let headerSize: UInt64 = file.integer(at: 0) else { throw .headerTooSmall(found: file.count) }
        guard headerSize <= Self.maximumHeaderSize else { throw .headerTooLarge(headerSize) }
        let dataStart = 8 + Int(headerSize)
        guard file.count >= dataStart else { throw .truncated(expected: dataStart, found: file.count) }
        let header = try SafetensorsHeader(json: file[8..<dataStart], dataSize: file.count - dataStart)
        arrays = []
        metadata = header.metadata
        for entry in header.entries {
            let start = dataStart + entry.range.lowerBound
            arrays.append((entry.name, StoredArray(entry.type, shape: entry.shape, bytes: file[start..<start + entry.range.count])))
        }
    }

    /// The array of a name, nil where there is none.
    public subscript(name: String) -> StoredArray? { arrays.first { $0.name == name }?.array }

    /// The array of a name.
    ///
    /// - Throws: ``SafetensorsError/arrayNotFound(_:)`` where there is none.
    public func array(named name: String) throws(SafetensorsError) -> StoredArray {
        guard let array = self[name] else { throw .arrayNotFound(name) }
        return array
    }

    /// The arrays under a prefix as numbers in single precision, under the rest of their names.
    ///
    /// Double precision is rounded, and integers beyond 2^24 are.
    ///
    /// - Parameter prefix: The beginning of the names, such as `encoder.`; all arrays by default.
    public func parameterValues(prefix: String = "") -> ParameterValues { arrays.parameterValues(prefix: prefix) }
}
