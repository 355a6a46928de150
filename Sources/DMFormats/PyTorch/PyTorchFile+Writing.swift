extension PyTorchFile {
    /// Writes a state dictionary, as a whole or not at all, so that `torch.load(path, weights_only=True)` reads it.
    ///
    /// Names and layouts are written as they are: whoever wants PyTorch's layouts of weights converts them before.
    /// Equal arrays of one file share a storage.
    ///
    /// - Parameters:
    ///   - arrays: The arrays by name, in order; no name occurs twice.
    ///   - path: The final path, in a folder that exists.
    /// - Throws: ``PyTorchFileError`` where it cannot be written, or two arrays have one name.
    public static func write(_ arrays: [(name: String, array: StoredArray)], to path: String) throws(PyTorchFileError) {
        let parts = try parts(arrays)
        do throws(FileError) { try AtomicFile.write(parts, to: path) } catch { throw .file(error) }
    }

    /// The bytes of the file of a state dictionary, in the zip format.
    ///
    /// - Throws: ``PyTorchFileError/duplicateName(_:)`` where two arrays have one name.
    public static func bytes(_ arrays: [(name: String, array: StoredArray)]) throws(PyTorchFileError) -> [UInt8] {
        try parts(arrays).joinedBytes
    }

    private static func parts(_ arrays: [(name: String, array: StoredArray)]) throws(PyTorchFileError) -> [ByteRegion] {
        var names: Set<String> = []
        var storages: [StoredArray: Int] = [:]
        var distinct: [StoredArray] = []
        var entries: [(name: String, array: StoredArray, storage: Int)] = []
        for (name, array) in arrays {
            guard names.insert(name).inserted else { throw .duplicateName(name) }
            let storage = storages[array] ?? distinct.count
            if storage == distinct.count {
                distinct.append(array)
                storages[array] = storage
            }
            entries.append((name, array, storage))
        }
        // As PyTorch does: whoever maps the file finds every storage on a multiple of 64 bytes.
        var writer = ZipWriter(alignment: 64)
        writer.append("archive/data.pkl", ByteRegion(copying: PickleWriter(entries).bytes))
        writer.append("archive/byteorder", ByteRegion(copying: Array("little".utf8)))
        for (storage, array) in distinct.enumerated() { writer.append("archive/data/\(storage)", array.contiguousBytes) }
        writer.append("archive/version", ByteRegion(copying: Array("3\n".utf8)))
        return writer.finished()
    }
}
