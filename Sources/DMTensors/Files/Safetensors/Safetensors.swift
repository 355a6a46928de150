/// The content of a safetensors file: named arrays in a fixed order, and free text.
///
/// ```swift
/// var content = Safetensors()
/// content.arrays.append((name: "weight", array: .float(weight)))
/// try content.write(to: "weights.safetensors")
/// let restored = try Safetensors(path: "weights.safetensors")
/// ```
///
/// Format: https://huggingface.co/docs/safetensors. Equal contents give equal bytes.
public struct Safetensors: Sendable {
    /// The arrays by name, in order.
    public var arrays: [(name: String, array: AnyTensor)]
    /// Free texts by key.
    public var metadata: [String: String]

    /// The largest header that is read, in bytes, as in the format's reference implementation.
    public static let maximumHeaderSize: UInt64 = 100_000_000

    /// The given arrays and texts.
    public init(arrays: [(name: String, array: AnyTensor)] = [], metadata: [String: String] = [:]) {
        self.arrays = arrays
        self.metadata = metadata
    }

    /// The given parameters.
    public init(_ values: ParameterValues, metadata: [String: String] = [:]) {
        self.init(arrays: values.map { (name: $0.name, array: .float($0.value)) }, metadata: metadata)
    }

    /// Reads a file.
    ///
    /// - Throws: ``SafetensorsError`` where it cannot be read or is not of the format.
    public init(path: String) throws(SafetensorsError) {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try FileBytes.read(path) } catch { throw .file(error) }
        try self.init(bytes: bytes)
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: ``SafetensorsError`` where they are not of the format.
    public init(bytes: [UInt8]) throws(SafetensorsError) {
        guard bytes.count >= 8 else { throw .truncated(expected: 8, found: bytes.count) }
        let headerSize = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard headerSize <= Self.maximumHeaderSize else { throw .headerTooLarge(headerSize) }
        let dataStart = 8 + Int(headerSize)
        guard bytes.count >= dataStart else { throw .truncated(expected: dataStart, found: bytes.count) }
        let header = try SafetensorsHeader(json: bytes[8..<dataStart], dataSize: bytes.count - dataStart)
        arrays = []
        metadata = header.metadata
        for entry in header.entries {
            let start = dataStart + entry.range.lowerBound
            arrays.append((entry.name, try Self.array(of: entry, bytes[start..<start + entry.range.count])))
        }
    }

    /// The array of a name, nil where there is none.
    public subscript(name: String) -> AnyTensor? { arrays.first { $0.name == name }?.array }

    /// The arrays as parameters.
    ///
    /// - Throws: ``SafetensorsError/unsupportedType(array:type:)`` where one is not of type F32.
    public func parameterValues() throws(SafetensorsError) -> ParameterValues {
        var values = ParameterValues()
        for (name, array) in arrays {
            guard case .float(let value) = array else { throw .unsupportedType(array: name, type: array.fileType.rawValue) }
            values.append(name, value)
        }
        return values
    }

    /// Writes a file, as a whole or not at all.
    ///
    /// - Throws: ``SafetensorsError`` where it cannot be written, or two arrays have one name.
    public func write(to path: String) throws(SafetensorsError) {
        let bytes = try bytes()
        do throws(FileError) { try AtomicFile.write(bytes, to: path) } catch { throw .file(error) }
    }

    /// The bytes of the file.
    ///
    /// The data of wide scalars comes first, so that every element lies on a multiple of its size.
    ///
    /// - Throws: ``SafetensorsError`` where two arrays have one name, or one has the reserved name.
    public func bytes() throws(SafetensorsError) -> [UInt8] {
        var header = SafetensorsHeader()
        header.metadata = metadata
        var names: Set<String> = [SafetensorsHeader.metadataKey]
        for (name, array) in arrays {
            guard names.insert(name).inserted else { throw name == SafetensorsHeader.metadataKey ? .reservedName : .duplicateName(name) }
            header.entries.append(.init(name: name, type: array.fileType, shape: array.shape, range: 0..<0))
        }
        let order = [8, 4, 1].flatMap { size in arrays.indices.filter { arrays[$0].array.fileType.size == size } }
        var dataSize = 0
        for index in order {
            let size = arrays[index].array.shape.reduce(header.entries[index].type.size, *)
            header.entries[index].range = dataSize..<dataSize + size
            dataSize += size
        }
        let json = header.json
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + json.count + dataSize)
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: json.count >> (8 * shift))) }
        bytes += json
        for index in order { arrays[index].array.appendElements(to: &bytes) }
        return bytes
    }

    private static func array(
        of entry: SafetensorsHeader.Entry, _ bytes: ArraySlice<UInt8>
    ) throws(SafetensorsError) -> AnyTensor {
        switch entry.type {
        case .float32: .float(tensor(entry.shape, bytes))
        case .float64: .double(tensor(entry.shape, bytes))
        case .int32: .int32(tensor(entry.shape, bytes))
        case .int64: .int64(tensor(entry.shape, bytes))
        case .uint8: .uint8(tensor(entry.shape, bytes))
        case .bool: .bool(Tensor(bytes.map { $0 != 0 }, shape: entry.shape))
        default: throw .unsupportedType(array: entry.name, type: entry.type.rawValue)
        }
    }

    private static func tensor<Scalar: TensorScalar>(_ shape: [Int], _ bytes: ArraySlice<UInt8>) -> Tensor<Scalar> {
        Tensor(shape: shape) { elements in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(elements).copyMemory(from: $0) }
        }
    }
}

extension AnyTensor {
    fileprivate var fileType: SafetensorsType {
        switch self {
        case .float: .float32
        case .double: .float64
        case .int32: .int32
        case .int64: .int64
        case .uint8: .uint8
        case .bool: .bool
        }
    }

    fileprivate func appendElements(to bytes: inout [UInt8]) {
        func append(_ tensor: Tensor<some TensorScalar>) {
            tensor.withUnsafeElements { bytes.append(contentsOf: UnsafeRawBufferPointer($0)) }
        }
        switch self {
        case .float(let x): append(x)
        case .double(let x): append(x)
        case .int32(let x): append(x)
        case .int64(let x): append(x)
        case .uint8(let x): append(x)
        case .bool(let x): append(x)
        }
    }
}
