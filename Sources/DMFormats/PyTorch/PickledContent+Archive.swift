extension PickledContent {
    /// Reads the zip format: the pickle `NAME/data.pkl`, each storage as `NAME/data/KEY`, and `NAME/byteorder`.
    init(archive file: ByteRegion) throws(PyTorchFileError) {
        // PyTorch itself does not compress, and weights do not shrink by much.
        let archive = try Self.rethrowing { () throws(ZipError) in
            try ZipArchive(file, inflatedLimit: max(1 << 20, file.count.multipliedReportingOverflow(by: 16).partialValue))
        }
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
