/// What a file's pickle has made, with the storages that its tensors lie in.
struct PickledContent {
    let root: PickleValue
    let heap: PickleHeap
    let pickleSize: Int
    let isByteSwapped: Bool
    /// The bytes of each storage of the heap.
    let storages: [ByteRegion]

    /// Tensors and plain values by path; every tensor lies within its storage.
    func resolved() throws(PyTorchFileError) -> (
        arrays: [(name: String, array: StoredArray)], values: [(name: String, value: PyTorchValue)]
    ) {
        let names = try PickleNames(root, heap: heap, pickleSize: pickleSize)
        var arrays: [(name: String, array: StoredArray)] = []
        var views: Set<StoredArray> = []
        var inner: Set<StoredArray> = []
        for (name, tensor) in names.tensors {
            switch tensor {
            case .tensor(let tensor):
                arrays.append((name, try array(name, tensor)))
                views.insert(arrays[arrays.count - 1].array)
            case .array(let array):
                arrays.append((name, array))
                inner.insert(array)
            }
        }
        try Self.checkSize(of: views, in: Set(storages).reduce(0) { $0 + $1.count })
        try Self.checkSize(of: inner, in: pickleSize)
        return (arrays, names.values)
    }

    private func array(_ name: String, _ tensor: PickledTensor) throws(PyTorchFileError) -> StoredArray {
        let size = tensor.elementType.size
        let bytes = storages[tensor.storage]
        let available = bytes.count / size
        // Each element of the storage is used once at most: what is repeated by a stride of 0 could be of any size.
        guard let span = ElementLayout.span(tensor.shape, tensor.strides), let count = ElementLayout.count(tensor.shape),
            tensor.offset >= 0, tensor.offset <= available, span <= available - tensor.offset, count <= span
        else {
            throw .tensorOutOfStorage(
                tensor: name, shape: tensor.shape, strides: tensor.strides, offset: tensor.offset, storageCount: available)
        }
        return StoredArray(
            tensor.elementType, shape: tensor.shape, strides: tensor.strides, isByteSwapped: isByteSwapped,
            bytes: bytes[tensor.offset * size..<(tensor.offset + span) * size])
    }

    /// Tensors may share a storage, but not multiply it without bound.
    private static func checkSize(of arrays: Set<StoredArray>, in storageBytes: Int) throws(PyTorchFileError) {
        let bytes = arrays.reduce(0) { $0 + $1.byteCount }
        guard bytes <= 2 * storageBytes else { throw .tooManyViews(bytes: bytes, storageBytes: storageBytes) }
    }
}

extension PickledContent {
    /// Whether the bytes begin as a zip archive does.
    static func isArchive(_ file: ByteRegion) -> Bool { file.integer(at: 0, as: UInt16.self) == 0x4b50 }

    /// Reads the zip format: the pickle `NAME/data.pkl`, each storage as `NAME/data/KEY`, and `NAME/byteorder`.
    init(archive file: ByteRegion) throws(PyTorchFileError) {
        // PyTorch itself does not compress, and weights do not shrink by much.
        let archive = try Self.rethrowing { () throws(ZipError) in
            try ZipArchive(file, inflatedLimit: max(1 << 20, file.count.multipliedReportingOverflow(by: 16).partialValue))
        }
        if let format = ForeignFormat(archive.entries.map(\.name)) { throw .otherFormat(format) }
        let pickleName = "/data.pkl"
        guard let main = archive.entries.first(where: { $0.name.hasSuffix(pickleName) }) else { throw .missingEntry("*\(pickleName)") }
        let folder = main.name.dropLast(pickleName.count)
        isByteSwapped = try Self.isBigEndian(archive["\(folder)/byteorder"])
        guard main.size <= PyTorchFile.maximumPickleSize else {
            throw .tooLarge("a pickle of more than \(PyTorchFile.maximumPickleSize) bytes")
        }
        let pickle = try Self.content(of: main)
        pickleSize = pickle.count
        var interpreter = PickleInterpreter(pickle)
        root = try interpreter.run()
        guard interpreter.reader.position == pickle.count else { throw .unusedBytes(offset: interpreter.reader.position) }
        heap = interpreter.heap
        var storages: [ByteRegion] = []
        for storage in heap.storages {
            let name = "\(folder)/data/\(storage.key.name)"
            guard storage.key.part == nil, let entry = archive[name] else { throw .missingEntry(name) }
            let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.elementSize)
            guard !overflow, size == entry.size else {
                throw .storageMismatch(storage: storage.key.name, expected: storage.summary, found: "\(entry.size) bytes")
            }
            storages.append(try Self.content(of: entry))
        }
        self.storages = storages
    }

    /// Whether the high byte of each number comes first, which it does not where nothing is said of it.
    private static func isBigEndian(_ entry: ZipArchive.Entry?) throws(PyTorchFileError) -> Bool {
        guard let entry else { return false }
        guard entry.size <= 16 else { throw .unknownByteOrder("of \(entry.size) bytes") }
        switch try content(of: entry).text {
        case "little": return false
        case "big": return true
        case let other: throw .unknownByteOrder(other ?? "not in UTF-8")
        }
    }

    private static func content(of entry: ZipArchive.Entry) throws(PyTorchFileError) -> ByteRegion {
        try rethrowing { () throws(ZipError) in try entry.content() }
    }

    private static func rethrowing<R>(_ body: () throws(ZipError) -> R) throws(PyTorchFileError) -> R {
        do throws(ZipError) { return try body() } catch { throw .archive(error) }
    }
}

extension PickledContent {
    /// Whether the bytes begin as PyTorch's older format does: with a pickle of a certain number.
    static func isLegacy(_ file: ByteRegion) -> Bool {
        var interpreter = PickleInterpreter(file)
        guard let value = try? interpreter.run(), case .longInteger(let bytes) = value else { return false }
        return bytes.array == [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
    }

    /// Reads the older format: pickles of a number, the format's version, the writer's machine, the value itself and
    /// the keys of the storages, then each storage with its number of elements before it.
    init(legacy file: ByteRegion) throws(PyTorchFileError) {
        var position = 0
        func run() throws(PyTorchFileError) -> (value: PickleValue, heap: PickleHeap) {
            var interpreter = PickleInterpreter(file, at: position)
            let value = try interpreter.run()
            position = interpreter.reader.position
            return (value, interpreter.heap)
        }
        _ = try run()
        guard case .integer(1001) = try run().value else {
            throw .malformedPickle(offset: position, expected: "version 1001 of the format")
        }
        // Whatever the writer's machine was, storages have the low byte first.
        _ = try run()
        let start = position
        (root, heap) = try run()
        pickleSize = position - start
        isByteSwapped = false
        let keys = try run()
        guard case .sequence(let list) = keys.value else { throw .malformedPickle(offset: position, expected: "a list of keys") }
        var reader = PickleReader(file, at: position)
        storages = try Self.storages(of: heap, keys: keys.heap.containers[list], &reader)
        guard reader.position == file.count else { throw .unusedBytes(offset: reader.position) }
    }

    private static func storages(
        of heap: PickleHeap, keys: [PickleValue], _ reader: inout PickleReader
    ) throws(PyTorchFileError) -> [ByteRegion] {
        var announced: [String: PickledStorage] = [:]
        for storage in heap.storages {
            let known = announced.updateValue(storage, forKey: storage.key.name) ?? storage
            guard known.count == storage.count, known.elementType == storage.elementType else {
                throw .storageMismatch(storage: storage.key.name, expected: known.summary, found: storage.summary)
            }
        }
        var whole: [String: ByteRegion] = [:]
        for key in keys {
            guard case .text(let name) = key, let storage = announced[name] else {
                throw .malformedPickle(offset: reader.position, expected: "keys of storages")
            }
            let count = try reader.readInteger(Int64.self)
            guard count == storage.count else {
                throw .storageMismatch(storage: name, expected: storage.summary, found: "\(count) elements")
            }
            let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.elementSize)
            guard !overflow else { throw .truncated(offset: reader.position) }
            guard whole.updateValue(try reader.readBytes(size), forKey: name) == nil else { throw .duplicateName(name) }
        }
        var storages: [ByteRegion] = []
        for storage in heap.storages {
            guard let bytes = whole[storage.key.name] else { throw .missingEntry(storage.key.name) }
            let part = storage.key.part ?? 0..<storage.count
            storages.append(bytes[part.lowerBound * storage.elementSize..<part.upperBound * storage.elementSize])
        }
        return storages
    }
}
