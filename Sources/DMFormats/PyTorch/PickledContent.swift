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
        for (name, tensor) in names.tensors { arrays.append((name, try array(name, tensor))) }
        try checkViews(arrays.map(\.array))
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
    private func checkViews(_ arrays: [StoredArray]) throws(PyTorchFileError) {
        let storageBytes = Set(storages).reduce(0) { $0 + $1.count }
        var bytes = 0
        for array in Set(arrays) { bytes += array.byteCount }
        guard bytes <= 2 * storageBytes else { throw .tooManyViews(bytes: bytes, storageBytes: storageBytes) }
    }
}
