import DMTensors

/// Finds the tensors and plain values in nested containers, and names them by dotted paths.
///
/// Objects of foreign classes are containers as well: of what was put into them and of their attributes. A network that
/// was saved as an object (`torch.nn.Module`) has the names of its state dictionary.
struct PickleNames {
    private(set) var tensors: [(name: String, tensor: NamedTensor)] = []
    private(set) var values: [(name: String, value: PyTorchValue)] = []
    private let heap: PickleHeap
    private var numPy: NumPyObjects
    private var names: Set<ExactName> = []
    /// The bytes of paths that may still be made: containers may hold one another any number of times, and the
    /// paths through them be many more than the bytes of the file.
    private var budget: Int
    /// The objects that the path leads through: they may know whoever holds them.
    private var entered: Set<Int> = []
    /// Whether only tensors are of interest: an object's arguments and odd states say nothing to the reader.
    private var skipsValues = false

    private static let maximumDepth = 64

    /// A tensor of a storage, or an array of NumPy's.
    enum NamedTensor {
        case tensor(PickledTensor)
        case array(StoredArray)
    }

    /// The names of all that a value holds.
    ///
    /// - Parameter pickleSize: The bytes of the pickle that made it; they bound what the names may take up.
    init(_ root: PickleValue, heap: PickleHeap, pickleSize: Int) throws(PyTorchFileError) {
        self.heap = heap
        numPy = NumPyObjects(pickleSize: pickleSize)
        budget = (1 << 16) + 16 * pickleSize
        try visit(root, path: "", depth: 0)
    }

    private mutating func visit(_ value: PickleValue, path: String, depth: Int) throws(PyTorchFileError) {
        switch value {
        case .sequence(let position): try visit(elements: heap.containers[position], path: path, depth: depth)
        case .dictionary(let position): try visit(items: heap.containers[position], path: path, depth: depth)
        case .object(let position): try visit(object: position, path: path, depth: depth)
        case .tensor(let position): tensors.append((try unique(path), .tensor(heap.tensors[position])))
        case .unsupported(let reason): throw .unsupportedTensor(name: path, reason: reason)
        case .none: try append(.none, path)
        case .bool(let value): try append(.bool(value), path)
        case .integer(let value): try append(.integer(value), path)
        case .number(let value): try append(.number(value), path)
        case .text(let value): try append(.text(value), path)
        case .global(.elementType(let type)): try append(.text("torch.\(type.torchName)"), path)
        case .longInteger(let bytes): try append(.object("an integer of \(bytes.count) bytes"), path)
        case .bytes(let bytes): try append(.object("\(bytes.count) bytes"), path)
        case .foreign(let name): try append(.object(name), path)
        case .global: try append(.object("a class or function of PyTorch's"), path)
        case .storage: try append(.object("a storage without a tensor"), path)
        }
    }

    private mutating func visit(elements: [PickleValue], path: String, depth: Int) throws(PyTorchFileError) {
        for (index, element) in elements.enumerated() { try visit(element, below: path, key: "\(index)", depth: depth) }
    }

    private mutating func visit(items: [PickleValue], path: String, depth: Int) throws(PyTorchFileError) {
        for index in stride(from: 0, to: items.count, by: 2) {
            try visit(items[index + 1], below: path, key: Self.key(items[index], at: index / 2), depth: depth)
        }
    }

    private mutating func visit(object position: Int, path: String, depth: Int) throws(PyTorchFileError) {
        let object = heap.objects[position]
        if let array = try numPy.array(object, heap) { return tensors.append((try unique(path), .array(array))) }
        if let scalar = numPy.scalar(object, heap) { return try append(scalar, path) }
        guard entered.insert(position).inserted else { return }
        defer { entered.remove(position) }
        let attributes = self.attributes(of: object)
        // They are looked through at each visit, and an object may be held any number of times.
        try spend(attributes.count)
        if let parts = moduleParts(attributes) {
            for part in parts { try visit(part, below: path, key: nil, depth: depth) }
            return
        }
        try append(.object(object.name), path)
        try visit(elements: object.elements, path: path, depth: depth)
        try visit(items: object.items, path: path, depth: depth)
        let hasContent = !object.elements.isEmpty || !object.items.isEmpty
        for (index, attribute) in attributes.enumerated() where index % 2 == 1 {
            let key = Self.key(attributes[index - 1], at: index / 2)
            try visit(attribute, below: path, key: hasContent ? "__dict__.\(key)" : key, depth: depth)
        }
        let formerly = skipsValues
        skipsValues = true
        defer { skipsValues = formerly }
        for (index, argument) in object.arguments.enumerated() {
            try visit(argument, below: path, key: "arguments.\(index)", depth: depth)
        }
        if attributes.isEmpty, let state = object.state { try visit(state, below: path, key: "state", depth: depth) }
    }

    /// The keys and values of an object's attributes: a dictionary, or one and another one of its slots.
    private func attributes(of object: PickledObject) -> [PickleValue] {
        switch object.state {
        case .dictionary(let position): return heap.containers[position]
        case .sequence(let position) where heap.containers[position].count == 2:
            var both: [PickleValue] = []
            for case .dictionary(let part) in heap.containers[position] { both += heap.containers[part] }
            return both
        default: return []
        }
    }

    /// The parameters, buffers and layers of a network that was saved as an object, nil for other attributes.
    private func moduleParts(_ attributes: [PickleValue]) -> [PickleValue]? {
        var (parameters, buffers, layers): (PickleValue?, PickleValue?, PickleValue?)
        for index in stride(from: 0, to: attributes.count, by: 2) {
            guard case .text(let key) = attributes[index] else { continue }
            // Not through a dictionary: one text may be the key of all, and take long to hash.
            switch key {
            case "_parameters": parameters = attributes[index + 1]
            case "_buffers": buffers = attributes[index + 1]
            case "_modules": layers = attributes[index + 1]
            default: break
            }
        }
        guard let parameters, let layers else { return nil }
        return [parameters, buffers, layers].compactMap(\.self)
    }

    private mutating func visit(_ value: PickleValue, below path: String, key: String?, depth: Int) throws(PyTorchFileError) {
        guard depth < Self.maximumDepth else { throw .tooLarge("more than \(Self.maximumDepth) containers within one another") }
        try spend(path.utf8.count + 1 + (key?.utf8.count ?? 0))
        try visit(value, path: key.map { path.isEmpty ? $0 : "\(path).\($0)" } ?? path, depth: depth + 1)
    }

    private mutating func spend(_ size: Int) throws(PyTorchFileError) {
        guard size <= budget else { throw .tooLarge("more names than a pickle of this size has") }
        budget -= size
    }

    private mutating func append(_ value: PyTorchValue, _ path: String) throws(PyTorchFileError) {
        if !skipsValues { values.append((try unique(path), value)) }
    }

    private mutating func unique(_ path: String) throws(PyTorchFileError) -> String {
        guard names.insert(ExactName(path)).inserted else { throw .duplicateName(path) }
        return path
    }

    /// A dictionary's key as a part of a path: Python allows anything, such as a tuple.
    private static func key(_ value: PickleValue, at index: Int) -> String {
        switch value {
        case .text(let text): text
        case .integer(let integer): "\(integer)"
        case .bool(let value): value ? "True" : "False"
        case .number(let number): "\(number)"
        case .none: "None"
        default: "(key \(index))"
        }
    }
}
