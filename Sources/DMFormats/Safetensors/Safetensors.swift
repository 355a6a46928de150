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

    package init(_ file: ByteRegion) throws(SafetensorsError) {
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

    /// Whether bytes begin as the format does: with the length of a header, and the header's brace.
    static func isLikely(_ file: ByteRegion) -> Bool {
        guard let size: UInt64 = file.integer(at: 0), let brace: UInt8 = file.integer(at: 8) else { return false }
        return size > 1 && size <= maximumHeaderSize && brace == UInt8(ascii: "{")
    }

    /// The array of a name, nil where there is none.
    public subscript(name: String) -> StoredArray? { arrays.first { $0.name.utf8.elementsEqual(name.utf8) }?.array }

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

extension Safetensors {
    /// Writes a file, as a whole or not at all.
    ///
    /// - Throws: ``SafetensorsError`` where it cannot be written, or two arrays have one name.
    public func write(to path: String) throws(SafetensorsError) {
        let parts = try parts()
        do throws(FileError) { try AtomicFile.write(parts, to: path) } catch { throw .file(error) }
    }

    /// The bytes of the file.
    ///
    /// - Throws: ``SafetensorsError`` where two arrays have one name, or one has the reserved name.
    public func bytes() throws(SafetensorsError) -> [UInt8] { try parts().joinedBytes }

    /// The bytes of the file, one part after another.
    ///
    /// The data of wide elements comes first, so that every element lies on a multiple of its size.
    private func parts() throws(SafetensorsError) -> [ByteRegion] {
        var header = SafetensorsHeader()
        header.metadata = metadata
        var names: Set = [ExactName(SafetensorsHeader.metadataKey)]
        for (name, array) in arrays {
            guard names.insert(ExactName(name)).inserted else {
                throw name == SafetensorsHeader.metadataKey ? .reservedName : .duplicateName(name)
            }
            header.entries.append(.init(name: name, type: array.elementType, shape: array.shape, range: 0..<0))
        }
        let order = [8, 4, 2, 1].flatMap { size in arrays.indices.filter { arrays[$0].array.elementType.size == size } }
        var dataSize = 0
        for index in order {
            let size = arrays[index].array.byteCount
            header.entries[index].range = dataSize..<dataSize + size
            dataSize += size
        }
        let json = header.json
        guard json.count <= Self.maximumHeaderSize else { throw .headerTooLarge(UInt64(json.count)) }
        let size = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
        return [ByteRegion(copying: size + json)] + order.map { arrays[$0].array.contiguousBytes }
    }
}

/// What is wrong with a safetensors file.
public enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system does not let us read or write the file.
    case file(FileError)
    /// The file is too short for the size of a header.
    case headerTooSmall(found: Int)
    /// The file ends before the header does.
    case truncated(expected: Int, found: Int)
    /// The header is larger than ``Safetensors/maximumHeaderSize``.
    case headerTooLarge(UInt64)
    /// The header is no text in UTF-8.
    case headerNotUTF8
    /// The header does not begin with a brace; nil where it is empty.
    case invalidHeaderStart(found: UInt8?)
    /// The header is not the JSON that the format prescribes.
    case malformedHeader(offset: Int, expected: String)
    /// Two arrays, or two fields, have one name.
    case duplicateName(String)
    /// An array is called `__metadata__`.
    case reservedName
    /// An element type that the format does not know.
    case unknownType(array: String, type: String)
    /// An element type that the format knows and this library does not.
    case unsupportedType(array: String, type: String)
    /// There is no array of this name.
    case arrayNotFound(String)
    /// The bytes of an array are not as many as its shape and type ask for.
    case sizeMismatch(array: String, expected: Int, found: Int)
    /// The shape of an array has more elements than can be counted.
    case sizeOverflow(array: String)
    /// An array's bytes begin after they end, or end after the file.
    case invalidRange(array: String, from: Int, to: Int)
    /// An array's bytes begin before the previous array's end.
    case overlap(array: String)
    /// Bytes at an offset of the data, before an array's, that belong to none.
    case hole(offset: Int)
    /// Bytes at the end of the data that belong to no array.
    case uncoveredBytes(offset: Int, count: Int)

    /// What was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .headerTooSmall(let found): "the file is cut off: expected the 8 bytes of the header's size, found \(found)"
        case .truncated(let expected, let found): "the file is cut off: expected at least \(expected) bytes, found \(found)"
        case .headerTooLarge(let size): "a header of \(size) bytes; at most \(Safetensors.maximumHeaderSize) are allowed"
        case .headerNotUTF8: "the header is no text in UTF-8"
        case .invalidHeaderStart(let found): "the header begins with \(found.map { "byte \($0)" } ?? "nothing"); expected '{'"
        case .malformedHeader(let offset, let expected): "malformed header at byte \(offset): expected \(expected)"
        case .duplicateName(let name): "the name '\(name.quotedName)' occurs twice"
        case .reservedName: "an array cannot be called '__metadata__'"
        case .unknownType(let array, let type): "array '\(array.quotedName)': unknown element type '\(type.quoted)'"
        case .unsupportedType(let array, let type):
            "array '\(array.quotedName)': element type \(type) is not supported; expected one of \(supportedTypes)"
        case .arrayNotFound(let name): "there is no array '\(name.quotedName)'"
        case .sizeMismatch(let array, let expected, let found):
            "array '\(array.quotedName)': its shape and type ask for \(expected) bytes, found \(found)"
        case .sizeOverflow(let array): "array '\(array.quotedName)': its shape has too many elements"
        case .invalidRange(let array, let from, let to): "array '\(array.quotedName)': bytes \(from)..<\(to) do not lie within the file"
        case .overlap(let array): "array '\(array.quotedName)': its bytes overlap another array's"
        case .hole(let offset): "the data's bytes from \(offset) on belong to no array"
        case .uncoveredBytes(let offset, let count): "the data's last \(count) bytes, from \(offset) on, belong to no array"
        }
    }

    private var supportedTypes: String {
        SafetensorsType.allCases.filter { $0.elementType != nil }.map(\.rawValue).joined(separator: ", ")
    }
}
