/// The classes and functions that a file of weights needs; there is no way to name any other one.
enum PyTorchGlobal: Equatable {
    /// `collections.OrderedDict`.
    case orderedDictionary
    /// `torch.Size`, a tuple.
    case size
    /// `torch._utils._rebuild_tensor` and its second version: storage, offset, shape, strides, and what training needs.
    case rebuildTensor
    /// The third version, for types without a storage class: as the second, then the element type.
    case rebuildTypedTensor
    /// `torch._utils._rebuild_parameter`: a tensor, and what training needs.
    case rebuildParameter
    /// A storage class, such as `torch.FloatStorage`.
    case storage(ElementType)
    /// `torch.storage.UntypedStorage`.
    case untypedStorage
    /// An element type, such as `torch.float32`.
    case elementType(ElementType)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch", "Size"): self = .size
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"): self = .untypedStorage
        case ("torch", _):
            if let type = ElementType.allCases.first(where: { $0.torchStorage == name }) {
                self = .storage(type)
            } else if let type = ElementType.allCases.first(where: { $0.torchName == name }) {
                self = .elementType(type)
            } else {
                return nil
            }
        default: return nil
        }
    }
}

extension ElementType {
    /// The name of the type in `torch`.
    var torchName: String { "\(self)" }

    /// The name of the storage class in `torch`, nil for types whose storages are plain bytes.
    var torchStorage: String? {
        switch self {
        case .bool: "BoolStorage"
        case .uint8: "ByteStorage"
        case .int8: "CharStorage"
        case .int16: "ShortStorage"
        case .int32: "IntStorage"
        case .int64: "LongStorage"
        case .float16: "HalfStorage"
        case .bfloat16: "BFloat16Storage"
        case .float32: "FloatStorage"
        case .float64: "DoubleStorage"
        case .uint16, .uint32, .uint64: nil
        }
    }
}

/// Finds the tensors and plain values in nested containers, and names them by dotted paths.
struct PickleNames {
    private(set) var tensors: [(name: String, tensor: PickledTensor)] = []
    private(set) var values: [(name: String, value: PyTorchValue)] = []
    private let heap: PickleHeap
    private var names: Set<String> = []
    /// The bytes of paths that may still be made: containers may hold one another any number of times, and the
    /// paths through them be many more than the bytes of the file.
    private var budget: Int

    private static let maximumDepth = 32

    /// The names of all that a value holds.
    ///
    /// - Parameter pickleSize: The bytes of the pickle that made it; they bound what the names may take up.
    init(_ root: PickleValue, heap: PickleHeap, pickleSize: Int) throws(PyTorchFileError) {
        self.heap = heap
        budget = (1 << 16) + 16 * pickleSize
        try visit(root, path: "", depth: 0)
    }

    private mutating func visit(_ value: PickleValue, path: String, depth: Int) throws(PyTorchFileError) {
        switch value {
        case .sequence(let position):
            for (index, element) in heap.containers[position].enumerated() {
                try visit(element, below: path, key: "\(index)", depth: depth)
            }
        case .dictionary(let position):
            let elements = heap.containers[position]
            for index in stride(from: 0, to: elements.count, by: 2) {
                try visit(elements[index + 1], below: path, key: try Self.key(elements[index]), depth: depth)
            }
        case .tensor(let position): tensors.append((try unique(path), heap.tensors[position]))
        case .none: try append(.none, path)
        case .bool(let value): try append(.bool(value), path)
        case .integer(let value): try append(.integer(value), path)
        case .number(let value): try append(.number(value), path)
        case .text(let value): try append(.text(value), path)
        case .global(.elementType(let type)): try append(.text("torch.\(type.torchName)"), path)
        case .longInteger: throw .tooLarge("the integer '\(path)' of more than 64 bits")
        case .global, .storage: throw .refusedCall(offset: 0, expected: "a tensor or a plain value '\(path)'")
        }
    }

    private mutating func visit(_ value: PickleValue, below path: String, key: String, depth: Int) throws(PyTorchFileError) {
        guard depth < Self.maximumDepth else { throw .tooLarge("more than \(Self.maximumDepth) containers within one another") }
        let size = path.utf8.count + 1 + key.utf8.count
        guard size <= budget else { throw .tooLarge("more names than a pickle of this size has") }
        budget -= size
        try visit(value, path: path.isEmpty ? key : "\(path).\(key)", depth: depth + 1)
    }

    private mutating func append(_ value: PyTorchValue, _ path: String) throws(PyTorchFileError) {
        values.append((try unique(path), value))
    }

    private mutating func unique(_ path: String) throws(PyTorchFileError) -> String {
        guard names.insert(path).inserted else { throw .duplicateName(path) }
        return path
    }

    private static func key(_ value: PickleValue) throws(PyTorchFileError) -> String {
        switch value {
        case .text(let text): text
        case .integer(let integer): "\(integer)"
        default: throw .malformedPickle(offset: 0, expected: "a text or an integer as key")
        }
    }
}
