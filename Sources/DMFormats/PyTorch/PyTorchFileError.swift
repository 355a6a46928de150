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
    /// The file names a class or function that a file of weights does not need; nothing of it is run.
    case refusedGlobal(String)
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
    /// Two values have one name.
    case duplicateName(String)

    /// What was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .archive(let error): error.description
        case .unknownFormat: "neither a zip archive nor the older format of PyTorch's files"
        case .missingEntry(let name): "the archive has no entry '\(name)'"
        case .unknownByteOrder(let order): "unknown order of bytes '\(order)'; expected 'little' or 'big'"
        case .truncated(let offset): "the file is cut off: more bytes expected after byte \(offset)"
        case .unusedBytes(let offset): "the bytes from \(offset) on belong to nothing"
        case .refusedGlobal(let name): "'\(name)' is refused: a file of weights has no need of it"
        case .refusedCall(let offset, let expected): "refused call at byte \(offset): expected \(expected)"
        case .refusedInstruction(let opcode, let offset):
            "instruction 0x\(String(opcode, radix: 16)) at byte \(offset) is refused: a file of weights has no need of it"
        case .malformedPickle(let offset, let expected): "malformed pickle at byte \(offset): expected \(expected)"
        case .tooLarge(let what): "too large: \(what)"
        case .storageMismatch(let storage, let expected, let found): "storage '\(storage)': expected \(expected), found \(found)"
        case .tensorOutOfStorage(let tensor, let shape, let strides, let offset, let storageCount):
            "tensor '\(tensor)': shape \(shape) with strides \(strides) from element \(offset) on does not lie within "
                + "a storage of \(storageCount) elements, each used once"
        case .tooManyViews(let bytes, let storageBytes):
            "the tensors ask for \(bytes) bytes, more than twice the \(storageBytes) bytes of their storages"
        case .duplicateName(let name): "two values are called '\(name)'"
        }
    }
}
