extension PickledContent {
    /// Whether the bytes begin as PyTorch's older format does: with a pickle of a certain number.
    static func isLegacy(_ file: ByteRegion) -> Bool {
        var interpreter = PickleInterpreter(file)
        guard let value = try? interpreter.run(), case .longInteger(let bytes) = value else { return false }
        return bytes == [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
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
