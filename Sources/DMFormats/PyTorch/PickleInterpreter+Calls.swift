extension PickleInterpreter {
    /// What a call of one of the known functions makes.
    mutating func call(_ function: PickleValue, _ arguments: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        guard case .global(let global) = function else { throw refused("a known function") }
        switch global {
        case .orderedDictionary: return try dictionary(arguments)
        case .size:
            guard arguments.count == 1, case .sequence = arguments[0] else { throw refused("one tuple") }
            return arguments[0]
        case .rebuildParameter:
            guard let first = arguments.first, case .tensor = first else { throw refused("a tensor") }
            return first
        case .rebuildTensor: return try tensor(arguments, type: nil)
        case .rebuildTypedTensor:
            guard arguments.count >= 7, case .global(.elementType(let type)) = arguments[6] else { throw refused("an element type") }
            return try tensor(arguments, type: type)
        case .storage, .untypedStorage, .elementType: throw refused("a function")
        }
    }

    /// The storage of a reference: `("storage", class, key, device, count)`, and in the older format the part of it.
    mutating func storage(_ reference: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        guard reference.count == 5 || reference.count == 6, case .text("storage") = reference[0],
            case .global(let storageClass) = reference[1], case .text(let name) = reference[2], case .text = reference[3],
            case .integer(let count) = reference[4], count >= 0
        else { throw refused("the class, key, device and size of a storage") }
        let elementType: ElementType?
        switch storageClass {
        case .storage(let type): elementType = type
        case .untypedStorage: elementType = nil
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
