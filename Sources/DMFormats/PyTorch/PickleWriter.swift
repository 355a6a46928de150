/// Writes the pickle, of protocol 2, that describes a state dictionary.
struct PickleWriter {
    private(set) var bytes: [UInt8] = [PickleOpcode.proto.rawValue, 2]

    /// The pickle of an ordered dictionary of tensors, each of which fills a storage of its own or of an equal one.
    ///
    /// - Parameter entries: The tensors by name, and the key of each one's storage.
    init(_ entries: [(name: String, array: StoredArray, storage: Int)]) {
        write(emptyDictionary: ())
        write(.mark)
        for entry in entries {
            write(text: entry.name)
            write(tensor: entry.array, storage: entry.storage)
        }
        write(.setItems)
        write(.stop)
    }

    /// `torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, backward_hooks)`; types without a
    /// storage class take the third version, which has the element type and the attributes behind that.
    private mutating func write(tensor array: StoredArray, storage: Int) {
        let type = array.elementType
        write(global: "torch._utils", type.torchStorage == nil ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2")
        write(.mark)
        write(.mark)
        write(text: "storage")
        if let storageClass = type.torchStorage {
            write(global: "torch", storageClass)
        } else {
            write(global: "torch.storage", "UntypedStorage")
        }
        write(text: "\(storage)")
        write(text: "cpu")
        write(integer: type.torchStorage == nil ? array.byteCount : array.count)
        write(.tuple)
        write(.binPersID)
        write(integer: 0)
        write(integers: array.shape)
        write(integers: ElementLayout.rowMajorStrides(of: array.shape))
        write(.newFalse)
        write(emptyDictionary: ())
        if type.torchStorage == nil {
            write(global: "torch", type.torchName)
        }
        write(.tuple)
        write(.reduce)
    }

    private mutating func write(_ opcode: PickleOpcode) { bytes.append(opcode.rawValue) }

    private mutating func write(emptyDictionary: Void) {
        write(global: "collections", "OrderedDict")
        write(.emptyTuple)
        write(.reduce)
    }

    private mutating func write(global module: String, _ name: String) {
        write(.global)
        bytes += Array("\(module)\n\(name)\n".utf8)
    }

    private mutating func write(text: String) {
        write(.binUnicode)
        bytes.append(littleEndian: UInt32(text.utf8.count))
        bytes += Array(text.utf8)
    }

    private mutating func write(integers: [Int]) {
        write(.mark)
        for integer in integers { write(integer: integer) }
        write(.tuple)
    }

    private mutating func write(integer: Int) {
        if let small = UInt8(exactly: integer) {
            write(.binInt1)
            bytes.append(small)
        } else if let medium = Int32(exactly: integer) {
            write(.binInt)
            bytes.append(littleEndian: medium)
        } else {
            write(.long1)
            bytes.append(8)
            bytes.append(littleEndian: integer)
        }
    }
}
