/// What a pickle speaks of: plain values, containers, and the few things that tensors are made of.
///
/// Containers and tensors are positions in the interpreter's lists: a container may hold itself or be held a million
/// times, and still costs what its instructions do.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer of more than 64 bits: two's complement, the low byte first.
    case longInteger([UInt8])
    case number(Double)
    case text(String)
    /// A tuple or a list, in `PickleHeap.containers`.
    case sequence(Int)
    /// A dictionary, in `PickleHeap.containers`: keys and values by turns.
    case dictionary(Int)
    /// A class or function.
    case global(PyTorchGlobal)
    /// A storage, in `PickleHeap.storages`.
    case storage(Int)
    /// A tensor, in `PickleHeap.tensors`.
    case tensor(Int)
}

/// All that a pickle's instructions have made.
struct PickleHeap {
    /// The elements of tuples, lists and dictionaries.
    var containers: [[PickleValue]] = []
    var storages: [PickledStorage] = []
    var tensors: [PickledTensor] = []
    private var storagePositions: [PickledStorage.Key: Int] = [:]

    /// The number of containers, storages and tensors.
    var count: Int { containers.count + storages.count + tensors.count }

    mutating func makeSequence(_ elements: [PickleValue]) -> PickleValue {
        containers.append(elements)
        return .sequence(containers.count - 1)
    }

    mutating func makeDictionary() -> PickleValue {
        containers.append([])
        return .dictionary(containers.count - 1)
    }

    /// The storage of the same key and part, which has to be of the same type and size, or else a new one.
    mutating func makeStorage(_ storage: PickledStorage) throws(PyTorchFileError) -> PickleValue {
        if let position = storagePositions[storage.key] {
            let known = storages[position]
            guard storage == known else {
                throw .storageMismatch(storage: storage.key.name, expected: known.summary, found: storage.summary)
            }
            return .storage(position)
        }
        storagePositions[storage.key] = storages.count
        storages.append(storage)
        return .storage(storages.count - 1)
    }

    mutating func makeTensor(_ tensor: PickledTensor) -> PickleValue {
        tensors.append(tensor)
        return .tensor(tensors.count - 1)
    }
}

/// A storage as a pickle announces it.
struct PickledStorage: Equatable {
    /// What tells storages apart.
    struct Key: Hashable {
        let name: String
        /// Where the part begins that this storage is, in elements, and how many it has.
        let part: Range<Int>?
    }

    let key: Key
    /// The type of its elements, nil for plain bytes.
    let elementType: ElementType?
    /// The elements of the whole storage.
    let count: Int

    var elementSize: Int { elementType?.size ?? 1 }

    var summary: String { "\(count) elements of type \(elementType.map { "\($0)" } ?? "bytes")" }
}

/// A tensor as a pickle describes it: a view of a storage.
struct PickledTensor {
    let storage: Int
    let elementType: ElementType
    /// The first element, counted in elements of the tensor's type.
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}
