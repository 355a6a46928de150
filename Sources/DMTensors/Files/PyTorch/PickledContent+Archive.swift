extension PickledContent {
    /// Reads the zip format: the pickle `NAME/data.pkl`, each storage as `NAME/data/KEY`, and `NAME/byteorder`.
    init(archive file: ByteRegion) throws(PyTorchFileError) {
        let archive = try Self.rethrowing { () throws(ZipError) in try ZipArchive(file) }
        let pickleName = "/data.pkl"
        guard let main = archive.entries.first(where: { $0.name.hasSuffix(pickleName) }) else { throw .missingEntry("*\(pickleName)") }
        let folder = main.name.dropLast(pickleName.count)
        let content = { (name: String) throws(PyTorchFileError) -> ByteRegion? in
            guard let entry = archive["\(folder)/\(name)"] else { return nil }
            return try Self.rethrowing { () throws(ZipError) in try entry.content() }
        }
        // A folder of this machine's order of bytes says so, or says nothing.
        let byteOrder = try content("byteorder")?.text
        guard [nil, "little", "big"].contains(byteOrder) else { throw .missingEntry("\(folder)/byteorder with 'little' or 'big'") }
        isByteSwapped = byteOrder == "big"
        let pickle = try Self.rethrowing { () throws(ZipError) in try main.content() }
        pickleSize = pickle.count
        var interpreter = PickleInterpreter(pickle)
        root = try interpreter.run()
        guard interpreter.reader.position == pickle.count else { throw .unusedBytes(offset: interpreter.reader.position) }
        heap = interpreter.heap
        var storages: [ByteRegion] = []
        for storage in heap.storages {
            guard storage.key.part == nil, let bytes = try content("data/\(storage.key.name)") else {
                throw .missingEntry("\(folder)/data/\(storage.key.name)")
            }
            let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.elementSize)
            guard !overflow, size == bytes.count else {
                throw .storageMismatch(storage: storage.key.name, expected: storage.summary, found: "\(bytes.count) bytes")
            }
            storages.append(bytes)
        }
        self.storages = storages
    }

    private static func rethrowing<R>(_ body: () throws(ZipError) -> R) throws(PyTorchFileError) -> R {
        do throws(ZipError) { return try body() } catch { throw .archive(error) }
    }
}
