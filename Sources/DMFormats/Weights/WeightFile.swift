public import DMTensors
import Foundation

/// The arrays of a file of weights, whatever its format, which its content tells and not its name.
///
/// ```swift
/// let file = try WeightFile(path: "resnet50.safetensors")
/// for (name, array) in file.arrays { print(name, array.elementType, array.shape) }
/// let weights = file.parameterValues()
/// ```
///
/// | what | how it is told |
/// |---|---|
/// | safetensors | the length of a header, and the header's brace |
/// | PyTorch's files, old and new, with objects of other programs beside the weights | a zip archive, or the older format's first pickle |
/// | the index of weights in several parts (`model.safetensors.index.json`, `pytorch_model.bin.index.json`) | a JSON text with a `weight_map` |
/// | a folder of Hugging Face's | one of the files above in it, by its usual name |
public struct WeightFile: Sendable {
    /// The arrays by name, in the file's order.
    public let arrays: [(name: String, array: StoredArray)]

    /// The most bytes that an index of parts may have.
    public static let maximumIndexSize = 64 << 20

    /// Opens a file, or the file in a folder.
    ///
    /// - Throws: ``WeightFileError`` where it cannot be read, is damaged, or is of another kind.
    public init(path: String) throws(WeightFileError) {
        let path = try Self.file(in: path)
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: path) } catch { throw .file(error) }
        if file.count > 0, let index = try WeightIndex(file, path: path) {
            arrays = try index.arrays()
        } else {
            arrays = try Self.arrays(of: file, path: path)
        }
    }

    /// The arrays under a prefix as numbers in single precision, under the rest of their names.
    ///
    /// - Parameter prefix: The beginning of the names, such as `state_dict.`; all arrays by default.
    public func parameterValues(prefix: String = "") -> ParameterValues { arrays.parameterValues(prefix: prefix) }

    /// The arrays that hold what is no finite number, in the file's order.
    public func nonFiniteArrays() -> [NonFiniteArray] {
        arrays.compactMap { name, array in
            let count = array.nonFiniteCount
            return count == 0 ? nil : NonFiniteArray(name: name, count: count, total: array.count)
        }
    }

    /// The arrays of one file that is no index.
    fileprivate static func arrays(of file: ByteRegion, path: String) throws(WeightFileError) -> [(name: String, array: StoredArray)] {
        // A damaged file is of no format: its name says which of the two it should be.
        let isTorch = PickledContent.isArchive(file) || PickledContent.isLegacy(file)
        let isNamed = path.hasSuffix(".safetensors") && !isTorch && ForeignFormat(file) == nil
        if Safetensors.isLikely(file) || isNamed {
            do throws(SafetensorsError) { return try Safetensors(file).arrays } catch { throw .safetensors(path: path, error) }
        }
        do throws(PyTorchFileError) { return try PyTorchFile(file).arrays } catch { throw .pyTorch(path: path, error) }
    }

    /// The names under which Hugging Face's libraries store weights, the better ones first.
    private static let usualNames = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
    ]

    private static func file(in path: String) throws(WeightFileError) -> String {
        guard FileKind(ofPath: path) == .folder else { return path }
        guard let name = usualNames.first(where: { FileKind(ofPath: "\(path)/\($0)") == .file }) else {
            throw .emptyFolder(path: path, expected: usualNames)
        }
        return "\(path)/\(name)"
    }
}

/// Which file holds which array, of weights in several parts.
private struct WeightIndex {
    private let path: String
    private let parts: [String: [String]]

    /// What an index holds that is of interest.
    private struct Content: Decodable { let weight_map: [String: String] }

    /// The index that a file is, nil where it is no JSON text.
    init?(_ file: ByteRegion, path: String) throws(WeightFileError) {
        guard ForeignFormat(file) == .json else { return nil }
        guard file.count <= WeightFile.maximumIndexSize else {
            throw .index(path: path, reason: "it has \(file.count) bytes; at most \(WeightFile.maximumIndexSize) are read")
        }
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(file.array)) else {
            throw .index(path: path, reason: "it is a JSON text without a 'weight_map' of names and files")
        }
        self.path = path
        parts = Dictionary(grouping: content.weight_map.keys) { content.weight_map[$0]! }
    }

    func arrays() throws(WeightFileError) -> [(name: String, array: StoredArray)] {
        var arrays: [(name: String, array: StoredArray)] = []
        for (part, names) in parts.sorted(by: { $0.key < $1.key }) {
            // A path out of the folder would read what nobody meant to hand out.
            guard !part.isEmpty, !part.contains("/"), part != "..", part != "." else {
                throw .index(path: path, reason: "'\(part.quoted)' is no name of a file beside it")
            }
            let partPath = "\(FilePath.folder(of: path))/\(part)"
            let file: ByteRegion
            do throws(FileError) { file = try ByteRegion(mapping: partPath) } catch { throw .file(error) }
            let wanted = Set(names)
            let found = try WeightFile.arrays(of: file, path: partPath).filter { wanted.contains($0.name) }
            guard found.count == wanted.count else {
                let missing = wanted.subtracting(found.map(\.name)).min() ?? ""
                throw .index(path: path, reason: "the part '\(part.quoted)' has no array '\(missing.quotedName)'")
            }
            arrays += found
        }
        return arrays
    }
}

/// An array with elements that are infinite or no numbers.
public struct NonFiniteArray: Sendable, Equatable, CustomStringConvertible {
    /// The name of the array.
    public let name: String
    /// How many elements are not finite.
    public let count: Int
    /// How many elements it has.
    public let total: Int

    /// Name and counts.
    public var description: String { "\(name.quotedName) (\(count) of \(total) elements)" }
}

/// Why a file gives no weights.
public enum WeightFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system does not let us read the file.
    case file(FileError)
    /// A safetensors file is damaged.
    case safetensors(path: String, SafetensorsError)
    /// A file of PyTorch's is damaged, holds a tensor of an unknown kind, or is none.
    case pyTorch(path: String, PyTorchFileError)
    /// An index of parts is none, or does not fit its parts.
    case index(path: String, reason: String)
    /// A folder has no file of weights.
    case emptyFolder(path: String, expected: [String])

    /// The error in one line.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .safetensors(let path, let error): "\(path): \(error)"
        case .pyTorch(let path, let error): "\(path): \(error)"
        case .index(let path, let reason): "\(path): \(reason)"
        case .emptyFolder(let path, let expected): "\(path): the folder has no weights; expected one of \(expected.joined(separator: ", "))"
        }
    }
}
