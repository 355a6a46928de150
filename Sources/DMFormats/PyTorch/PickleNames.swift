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
