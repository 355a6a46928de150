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
/// run: it is read by a machine that knows dictionaries, plain values, storages and tensors. Objects of other classes,
/// such as the settings and callbacks of a training program, are kept as what was put into them; a network that was saved
/// as an object has the names of its state dictionary. Arrays of NumPy's are arrays, its numbers plain values. A file that has been opened is sound, checksums included, and its arrays
/// take up no memory until they are asked for.
public struct PyTorchFile: Sendable {
    /// The tensors by dotted path, in the file's order.
    public let arrays: [(name: String, array: StoredArray)]
    /// The plain values by dotted path, in the file's order.
    public let values: [(name: String, value: PyTorchValue)]
    private let positions: [ExactName: Int]

    /// The largest pickle that is read, in bytes: it describes about a hundred thousand tensors.
    public static let maximumPickleSize = 32 << 20

    /// Opens a file.
    ///
    /// - Throws: ``PyTorchFileError`` where it cannot be read, is damaged, or holds tensors of a kind that is unknown here.
    public init(path: String) throws(PyTorchFileError) {
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: path) } catch { throw .file(error) }
        try self.init(file)
    }

    /// Opens the bytes of a file.
    ///
    /// - Throws: ``PyTorchFileError`` where they are damaged, or hold tensors of a kind that is unknown here.
    public init(bytes: [UInt8]) throws(PyTorchFileError) {
        try self.init(ByteRegion(copying: bytes))
    }

    init(_ file: ByteRegion) throws(PyTorchFileError) {
        let content: PickledContent
        if PickledContent.isArchive(file) {
            content = try PickledContent(archive: file)
        } else if PickledContent.isLegacy(file) {
            content = try PickledContent(legacy: file)
        } else {
            throw ForeignFormat(file).map { .otherFormat($0) } ?? .unknownFormat
        }
        (arrays, values) = try content.resolved()
        positions = Dictionary(uniqueKeysWithValues: arrays.enumerated().map { (ExactName($1.name), $0) })
    }

    /// The array of a path, nil where there is none.
    public subscript(name: String) -> StoredArray? { positions[ExactName(name)].map { arrays[$0].array } }

    /// The arrays under a prefix as numbers in single precision, under the rest of their names.
    ///
    /// Integers beyond 2^24 are rounded. Tensors that are the same part of one storage share their memory.
    ///
    /// - Parameter prefix: The beginning of the names, such as `state_dict.`; all arrays by default.
    public func parameterValues(prefix: String = "") -> ParameterValues {
        arrays.parameterValues(prefix: prefix)
    }
}

extension PyTorchFile {
    /// Writes a state dictionary, as a whole or not at all, so that `torch.load(path, weights_only=True)` reads it.
    ///
    /// Names and layouts are written as they are: whoever wants PyTorch's layouts of weights converts them before.
    /// Equal arrays of one file share a storage.
    ///
    /// - Parameters:
    ///   - arrays: The arrays by name, in order; no name occurs twice.
    ///   - path: The final path, in a folder that exists.
    /// - Throws: ``PyTorchFileError`` where it cannot be written, or two arrays have one name.
    public static func write(_ arrays: [(name: String, array: StoredArray)], to path: String) throws(PyTorchFileError) {
        let parts = try parts(arrays)
        do throws(FileError) { try AtomicFile.write(parts, to: path) } catch { throw .file(error) }
    }

    /// The bytes of the file of a state dictionary, in the zip format.
    ///
    /// - Throws: ``PyTorchFileError/duplicateName(_:)`` where two arrays have one name.
    public static func bytes(_ arrays: [(name: String, array: StoredArray)]) throws(PyTorchFileError) -> [UInt8] {
        try parts(arrays).joinedBytes
    }

    private static func parts(_ arrays: [(name: String, array: StoredArray)]) throws(PyTorchFileError) -> [ByteRegion] {
        var names: Set<ExactName> = []
        var storages: [StoredArray: Int] = [:]
        var distinct: [StoredArray] = []
        var entries: [(name: String, array: StoredArray, storage: Int)] = []
        for (name, array) in arrays {
            guard names.insert(ExactName(name)).inserted else { throw .duplicateName(name) }
            let storage = storages[array] ?? distinct.count
            if storage == distinct.count {
                distinct.append(array)
                storages[array] = storage
            }
            entries.append((name, array, storage))
        }
        // As PyTorch does: whoever maps the file finds every storage on a multiple of 64 bytes.
        var writer = ZipWriter(alignment: 64)
        writer.append("archive/data.pkl", ByteRegion(copying: PickleWriter(entries).bytes))
        writer.append("archive/byteorder", ByteRegion(copying: Array("little".utf8)))
        for (storage, array) in distinct.enumerated() { writer.append("archive/data/\(storage)", array.contiguousBytes) }
        writer.append("archive/version", ByteRegion(copying: Array("3\n".utf8)))
        return writer.finished()
    }
}

/// A plain value beside the tensors of a file.
public enum PyTorchValue: Sendable, Equatable {
    /// Python's `None`.
    case none
    /// A truth value.
    case bool(Bool)
    /// An integer of at most 64 bits.
    case integer(Int)
    /// A number in double precision.
    case number(Double)
    /// A text.
    case text(String)
    /// Something that means nothing here, such as an object of a class: the class's name, or what it is in words.
    case object(String)
}

/// What is wrong with a file of PyTorch's, or not allowed in it.
public enum PyTorchFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system does not let us read or write the file.
    case file(FileError)
    /// The archive is damaged.
    case archive(ZipError)
    /// The file begins neither as an archive nor as PyTorch's older format.
    case unknownFormat
    /// The archive has no entry of this name.
    case missingEntry(String)
    /// The archive says of the order of its bytes something else than `little` or `big`.
    case unknownByteOrder(String)
    /// The file ends before what it announces.
    case truncated(offset: Int)
    /// Bytes that belong to nothing.
    case unusedBytes(offset: Int)
    /// The file calls something that cannot be called, or with other arguments than it takes.
    case refusedCall(offset: Int, expected: String)
    /// An instruction that files of weights do not need.
    case refusedInstruction(UInt8, offset: Int)
    /// An instruction does not find what it needs.
    case malformedPickle(offset: Int, expected: String)
    /// More instructions, levels or names than ``PyTorchFile`` reads.
    case tooLarge(String)
    /// A storage has another size or type than the one announced before.
    case storageMismatch(storage: String, expected: String, found: String)
    /// A tensor does not lie within its storage.
    case tensorOutOfStorage(tensor: String, shape: [Int], strides: [Int], offset: Int, storageCount: Int)
    /// The tensors ask for more than twice the bytes of their storages.
    case tooManyViews(bytes: Int, storageBytes: Int)
    /// A tensor of a kind that the library has no form for, such as a sparse or quantized one; what to save in its place.
    case unsupportedTensor(name: String, reason: String)
    /// The file is of another kind, which its first bytes or its entries tell.
    case otherFormat(ForeignFormat)
    /// Two values have one name.
    case duplicateName(String)

    /// What was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .archive(let error): error.description
        case .unknownFormat: "neither a zip archive nor the older format of PyTorch's files; \(ForeignFormat.advice)"
        case .missingEntry(let name): "the archive has no entry '\(name.quotedName)'"
        case .unknownByteOrder(let order): "unknown order of bytes '\(order.quoted)'; expected 'little' or 'big'"
        case .truncated(let offset): "the file is cut off: more bytes expected after byte \(offset)"
        case .unusedBytes(let offset): "the bytes from \(offset) on belong to nothing"
        case .refusedCall(let offset, let expected): "refused call at byte \(offset): expected \(expected)"
        case .refusedInstruction(let opcode, let offset):
            "instruction 0x\(String(opcode, radix: 16)) at byte \(offset) is refused: a file of weights has no need of it"
        case .malformedPickle(let offset, let expected): "malformed pickle at byte \(offset): expected \(expected)"
        case .tooLarge(let what): "too large: \(what)"
        case .storageMismatch(let storage, let expected, let found): "storage '\(storage.quotedName)': expected \(expected), found \(found)"
        case .tensorOutOfStorage(let tensor, let shape, let strides, let offset, let storageCount):
            "tensor '\(tensor.quotedName)': shape \(shape) with strides \(strides) from element \(offset) on does not lie within "
                + "a storage of \(storageCount) elements, each used once"
                + (strides.contains(0) ? "; save tensor.contiguous() in its place" : "")
        case .tooManyViews(let bytes, let storageBytes):
            "the tensors ask for \(bytes) bytes, more than twice the \(storageBytes) bytes of their storages"
        case .unsupportedTensor(let name, let reason): "tensor '\(name.quotedName)': \(reason)"
        case .otherFormat(let format): format.description
        case .duplicateName(let name): "two values are called '\(name.quotedName)'"
        }
    }
}
