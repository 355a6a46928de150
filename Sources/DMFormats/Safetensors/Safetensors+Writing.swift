extension Safetensors {
    /// Writes a file, as a whole or not at all.
    ///
    /// - Throws: ``SafetensorsError`` where it cannot be written, or two arrays have one name.
    public func write(to path: String) throws(SafetensorsError) {
        let parts = try parts()
        do throws(FileError) { try AtomicFile.write(parts, to: path) } catch { throw .file(error) }
    }

    /// The bytes of the file.
    ///
    /// - Throws: ``SafetensorsError`` where two arrays have one name, or one has the reserved name.
    public func bytes() throws(SafetensorsError) -> [UInt8] { try parts().joinedBytes }

    /// The bytes of the file, one part after another.
    ///
    /// The data of wide elements comes first, so that every element lies on a multiple of its size.
    private func parts() throws(SafetensorsError) -> [ByteRegion] {
        var header = SafetensorsHeader()
        header.metadata = metadata
        var names: Set<String> = [SafetensorsHeader.metadataKey]
        for (name, array) in arrays {
            guard names.insert(name).inserted else { throw name == SafetensorsHeader.metadataKey ? .reservedName : .duplicateName(name) }
            header.entries.append(.init(name: name, type: array.elementType, shape: array.shape, range: 0..<0))
        }
        let order = [8, 4, 2, 1].flatMap { size in arrays.indices.filter { arrays[$0].array.elementType.size == size } }
        var dataSize = 0
        for index in order {
            let size = arrays[index].array.byteCount
            header.entries[index].range = dataSize..<dataSize + size
            dataSize += size
        }
        let json = header.json
        guard json.count <= Self.maximumHeaderSize else { throw .headerTooLarge(UInt64(json.count)) }
        let size = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
        return [ByteRegion(copying: size + json)] + order.map { arrays[$0].array.contiguousBytes }
    }
}
