/// What calls make: containers, storages and tensors, and in place of all else what was to be called.
extension PickleInterpreter {
    /// What a call of a function, or of a class, stands for.
    mutating func call(_ function: PickleValue, _ arguments: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        switch function {
        case .global(let global): return try call(global, arguments)
        case .foreign(let name):
            try countCopies(arguments.count)
            return heap.makeObject(name, arguments)
        // A method of a foreign object, or what such a call has made.
        case .object(let position):
            try countCopies(arguments.count)
            return heap.makeObject(heap.objects[position].name, arguments)
        default: throw refused("a function")
        }
    }

    private mutating func call(_ global: PyTorchGlobal, _ arguments: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        switch global {
        case .orderedDictionary: return try dictionary(arguments)
        case .dictionary:
            // A defaultdict's argument is a function; what it holds follows.
            if case .dictionary(let position)? = arguments.last {
                try countCopies(heap.containers[position].count)
                heap.containers.append(heap.containers[position])
                return .dictionary(heap.containers.count - 1)
            }
            return heap.makeDictionary()
        case .sequence:
            guard let elements = arguments.first.map({ heap.sequence($0) }) ?? [] else { return heap.makeSequence([]) }
            try countCopies(elements.count)
            return heap.makeSequence(elements)
        case .size:
            guard arguments.count == 1, case .sequence = arguments[0] else { throw refused("one tuple") }
            return arguments[0]
        case .rebuildParameter:
            switch arguments.first {
            case .tensor(let position): return .tensor(position)
            case .unsupported(let reason): return .unsupported(reason)
            default: throw refused("a tensor")
            }
        case .rebuildTensor: return try tensor(arguments, type: nil)
        case .rebuildTypedTensor:
            guard arguments.count >= 7 else { throw refused("an element type") }
            switch arguments[6] {
            case .global(.elementType(let type)): return try tensor(arguments, type: type)
            case .foreign(let name) where name.hasPrefix("torch."):
                return .unsupported(PyTorchGlobal.reason(againstElements: String(name.dropFirst("torch.".count))))
            default: throw refused("an element type")
            }
        case .rebuildFromType:
            // The function is one of the others: one that calls itself would have no end.
            guard arguments.count >= 3, case .global(let function) = arguments[0], function != .rebuildFromType,
                let inner = heap.sequence(arguments[2])
            else { throw refused("a function and its arguments") }
            try countCopies(inner.count)
            return try call(function, inner)
        case .rebuildUnsupported(let reason): return .unsupported(reason)
        case .storage, .unsupportedStorage, .untypedStorage, .elementType: throw refused("a function")
        }
    }

    /// The storage of a reference: `("storage", class, key, device, count)`, and in the older format the part of it.
    ///
    /// The older format refers to the classes of whole networks as well: `("module", class, file, source)`.
    mutating func storage(_ reference: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        if reference.count == 4, case .text("module") = reference[0] { return reference[1] }
        guard reference.count == 5 || reference.count == 6, case .text("storage") = reference[0],
            case .global(let storageClass) = reference[1], case .text(let name) = reference[2], case .text = reference[3],
            case .integer(let count) = reference[4], count >= 0, name.utf8.count <= Self.maximumNameSize
        else { throw refused("the class, key, device and size of a storage") }
        let elementType: ElementType?
        switch storageClass {
        case .storage(let type): elementType = type
        case .untypedStorage: elementType = nil
        case .unsupportedStorage(let reason): return .unsupported(reason)
        default: throw refused("a storage class")
        }
        var part: Range<Int>?
        if reference.count == 6 { part = try storagePart(reference[5], of: count) }
        return try heap.makeStorage(PickledStorage(key: .init(name: name, part: part), elementType: elementType, count: count))
    }

    /// The part of a storage that another one is: `(key, offset, count)`, or nothing.
    private func storagePart(_ value: PickleValue, of count: Int) throws(PyTorchFileError) -> Range<Int>? {
        if case .none = value { return nil }
        guard case .sequence(let position) = value, heap.containers[position].count == 3,
            case .text = heap.containers[position][0], case .integer(let offset) = heap.containers[position][1],
            case .integer(let partCount) = heap.containers[position][2], offset >= 0, partCount >= 0, offset <= count,
            partCount <= count - offset
        else { throw refused("a part within the storage") }
        return offset..<offset + partCount
    }

    /// The tensor of `(storage, offset, shape, strides, ...)`; what else there is concerns training.
    private mutating func tensor(_ arguments: [PickleValue], type: ElementType?) throws(PyTorchFileError) -> PickleValue {
        if case .unsupported(let reason)? = arguments.first { return .unsupported(reason) }
        guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
            let shape = integers(arguments[2]), let strides = integers(arguments[3]),
            let elementType = type ?? heap.storages[storage].elementType
        else { throw refused("a storage, an offset, a shape and strides") }
        try countCopies(shape.count + strides.count)
        return heap.makeTensor(
            PickledTensor(storage: storage, elementType: elementType, offset: offset, shape: shape, strides: strides))
    }

    /// A new dictionary, of a list of pairs if one is given.
    private mutating func dictionary(_ arguments: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        var elements: [PickleValue] = []
        if let argument = arguments.first {
            guard arguments.count == 1, case .sequence(let pairs) = argument else { throw refused("a list of pairs") }
            try countCopies(heap.containers[pairs].count)
            for pair in heap.containers[pairs] {
                guard case .sequence(let position) = pair, heap.containers[position].count == 2 else { throw refused("a list of pairs") }
                elements += heap.containers[position]
            }
        }
        let dictionary = heap.makeDictionary()
        heap.containers[heap.containers.count - 1] = elements
        return dictionary
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard case .sequence(let position) = value, heap.containers[position].count <= Self.maximumRank else { return nil }
        var integers: [Int] = []
        for element in heap.containers[position] {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }

    /// More axes than any tensor of PyTorch's has.
    private static let maximumRank = 64

    private func refused(_ expected: String) -> PyTorchFileError { .refusedCall(offset: reader.position, expected: expected) }
}
