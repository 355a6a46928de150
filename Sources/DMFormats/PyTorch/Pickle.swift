/// What a pickle speaks of: plain values, containers, and the few things that tensors are made of.
///
/// Containers and tensors are positions in the interpreter's lists: a container may hold itself or be held a million
/// times, and still costs what its instructions do.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer of more than 64 bits: two's complement, the low byte first.
    case longInteger(ByteRegion)
    case number(Double)
    case text(String)
    /// A tuple or a list, in `PickleHeap.containers`.
    case sequence(Int)
    /// A dictionary, in `PickleHeap.containers`: keys and values by turns.
    case dictionary(Int)
    case bytes(ByteRegion)
    /// A class or function.
    case global(PyTorchGlobal)
    /// A class or function that means nothing here, by its full name.
    case foreign(String)
    /// What a foreign class or function stands for, in `PickleHeap.objects`.
    case object(Int)
    /// A storage, in `PickleHeap.storages`.
    case storage(Int)
    /// A tensor, in `PickleHeap.tensors`.
    case tensor(Int)
    /// A tensor, or a storage, that the library has no form for, with the reason in words.
    case unsupported(String)
}

/// All that a pickle's instructions have made.
struct PickleHeap {
    /// The elements of tuples, lists and dictionaries.
    var containers: [[PickleValue]] = []
    var storages: [PickledStorage] = []
    var tensors: [PickledTensor] = []
    var objects: [PickledObject] = []
    private var storagePositions: [PickledStorage.Key: Int] = [:]

    /// The number of containers, storages, tensors and objects.
    var count: Int { containers.count + storages.count + tensors.count + objects.count }

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

    mutating func makeObject(_ name: String, _ arguments: [PickleValue]) -> PickleValue {
        objects.append(PickledObject(name: name, arguments: arguments))
        return .object(objects.count - 1)
    }

    /// The elements of a list or tuple, nil for other values.
    func sequence(_ value: PickleValue) -> [PickleValue]? {
        guard case .sequence(let position) = value else { return nil }
        return containers[position]
    }
}

/// What a call of a class or function stands for that means nothing here: nothing was called, and what the file says of
/// it is kept.
struct PickledObject {
    /// The full name of the class or function.
    let name: String
    let arguments: [PickleValue]
    /// What was appended to it.
    var elements: [PickleValue] = []
    /// What was put into it: keys and values by turns.
    var items: [PickleValue] = []
    /// What it was built from, as a rule a dictionary of its attributes.
    var state: PickleValue?
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

/// The instructions of pickles that files of weights are made of; all others are refused.
///
/// Names and meanings as in Python's `pickletools`.
enum PickleOpcode: UInt8 {
    // The frame around the instructions.
    case proto = 0x80
    case frame = 0x95
    case stop = 0x2e

    // Plain values.
    case none = 0x4e
    case newTrue = 0x88
    case newFalse = 0x89
    case binInt = 0x4a
    case binInt1 = 0x4b
    case binInt2 = 0x4d
    case long1 = 0x8a
    case long4 = 0x8b
    case binFloat = 0x47
    case binUnicode = 0x58
    case shortBinUnicode = 0x8c
    case binUnicode8 = 0x8d
    case binString = 0x54
    case shortBinString = 0x55
    case binBytes = 0x42
    case shortBinBytes = 0x43
    case binBytes8 = 0x8e
    case byteArray8 = 0x96

    // The stack and the memo.
    case mark = 0x28
    case pop = 0x30
    case popMark = 0x31
    case dup = 0x32
    case binGet = 0x68
    case longBinGet = 0x6a
    case binPut = 0x71
    case longBinPut = 0x72
    case memoize = 0x94

    // Containers.
    case emptyTuple = 0x29
    case tuple = 0x74
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case emptyList = 0x5d
    case append = 0x61
    case appends = 0x65
    case emptyDict = 0x7d
    case setItem = 0x73
    case setItems = 0x75
    case emptySet = 0x8f
    case addItems = 0x90
    case frozenSet = 0x91

    // Objects.
    case global = 0x63
    case stackGlobal = 0x93
    case reduce = 0x52
    case newObject = 0x81
    case newObjectEx = 0x92
    case build = 0x62
    case binPersID = 0x51
}

/// Reads a file's bytes from front to back.
struct PickleReader {
    let file: ByteRegion
    private(set) var position: Int

    init(_ file: ByteRegion, at position: Int = 0) {
        self.file = file
        self.position = position
    }

    /// The next bytes.
    mutating func readBytes(_ count: Int) throws(PyTorchFileError) -> ByteRegion {
        guard count >= 0, count <= file.count - position else { throw .truncated(offset: position) }
        defer { position += count }
        return file[position..<position + count]
    }

    /// The next number, its low byte first.
    mutating func readInteger<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ type: Integer.Type = Integer.self
    ) throws(PyTorchFileError) -> Integer {
        guard let value: Integer = file.integer(at: position) else { throw .truncated(offset: position) }
        position += MemoryLayout<Integer>.size
        return value
    }

    /// The next bytes, whose number stands before them.
    mutating func readCounted<Count: FixedWidthInteger & BitwiseCopyable>(
        by type: Count.Type
    ) throws(PyTorchFileError) -> ByteRegion {
        let start = position
        guard let count = Int(exactly: try readInteger(type)) else { throw .truncated(offset: start) }
        return try readBytes(count)
    }

    /// The text before the next line feed.
    mutating func readLine() throws(PyTorchFileError) -> String {
        let start = position
        let rest = file[start..<file.count]
        guard let length = rest.withUnsafeBytes({ $0.firstIndex(of: UInt8(ascii: "\n")) }) else { throw .truncated(offset: start) }
        position += length + 1
        return try text(rest[0..<length], at: start)
    }

    /// The text in UTF-8 that the next bytes are, whose number stands before them.
    mutating func readText<Count: FixedWidthInteger & BitwiseCopyable>(
        countedBy type: Count.Type
    ) throws(PyTorchFileError) -> String {
        let start = position
        return try text(try readCounted(by: type), at: start)
    }

    private func text(_ bytes: ByteRegion, at offset: Int) throws(PyTorchFileError) -> String {
        guard let text = bytes.text else { throw .malformedPickle(offset: offset, expected: "text in UTF-8") }
        return text
    }
}
