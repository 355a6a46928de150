public import DMTensors

/// The tensors of a file that `torch.save` wrote, and the plain values beside them.
///
/// ```swift
/// let file = try PyTorchFile(path: "resnet50.pth")
/// for (name, array) in file.arrays {
///     print(name, array.elementType, array.shape)     // conv1.weight float32 [64, 3, 7, 7]
/// }
/// let weights = try file.parameterValues()
/// ```
///
/// Nested dictionaries, lists and tuples become dotted paths: `{"state_dict": {"fc.bias": ...}, "epoch": 3}` holds the
/// array `state_dict.fc.bias` and the value `epoch`.
///
/// Both formats are read: the zip archive (PyTorch 1.6 and later) and the older row of pickles. No code of the file is
/// run: it is read by a machine that knows dictionaries, plain values, storages and tensors, and names whatever else
/// it finds in the error with which it ends. A file that has been opened is sound, checksums included, and its arrays
/// take up no memory until they are asked for.
public struct PyTorchFile: Sendable {
    /// The tensors by dotted path, in the file's order.
    public let arrays: [(name: String, array: StoredArray)]
    /// The plain values by dotted path, in the file's order.
    public let values: [(name: String, value: PyTorchValue)]
    private let positions: [String: Int]

    /// The largest pickle that is read, in bytes: it describes about a hundred thousand tensors.
    public static let maximumPickleSize = 32 << 20

    /// Opens a file.
    ///
    /// - Throws: ``PyTorchFileError`` where it cannot be read, is damaged, or holds more than tensors and plain values.
    public init(path: String) throws(PyTorchFileError) {
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: path) } catch { throw .file(error) }
        try self.init(file)
    }

    /// Opens the bytes of a file.
    ///
    /// - Throws: ``PyTorchFileError`` where they are damaged, or hold more than tensors and plain values.
    public init(bytes: [UInt8]) throws(PyTorchFileError) {
        try self.init(ByteRegion(copying: bytes))
    }

    private init(_ file: ByteRegion) throws(PyTorchFileError) {
        let content =
            switch file.integer(at: 0, as: UInt16.self) {
            case 0x4b50: try PickledContent(archive: file)
            case _ where PickledContent.isLegacy(file): try PickledContent(legacy: file)
            default: throw .unknownFormat
            }
        (arrays, values) = try content.resolved()
        positions = Dictionary(uniqueKeysWithValues: arrays.enumerated().map { ($1.name, $0) })
    }

    /// The array of a path, nil where there is none.
    public subscript(name: String) -> StoredArray? { positions[name].map { arrays[$0].array } }

    /// The arrays under a prefix as numbers in single precision, under the rest of their names.
    ///
    /// Integers beyond 2^24 are rounded. Tensors that are the same part of one storage share their memory.
    ///
    /// - Parameter prefix: The beginning of the names, such as `state_dict.`; all arrays by default.
    public func parameterValues(prefix: String = "") -> ParameterValues {
        arrays.parameterValues(prefix: prefix)
    }
}
