/// The classes and functions that a file of weights needs; there is no way to name any other one.
enum PyTorchGlobal: Equatable {
    /// `collections.OrderedDict`.
    case orderedDictionary
    /// `torch.Size`, a tuple.
    case size
    /// `torch._utils._rebuild_tensor` and its second version: storage, offset, shape, strides, and what training needs.
    case rebuildTensor
    /// The third version, for types without a storage class: as the second, then the element type.
    case rebuildTypedTensor
    /// `torch._utils._rebuild_parameter`: a tensor, and what training needs.
    case rebuildParameter
    /// A storage class, such as `torch.FloatStorage`.
    case storage(ElementType)
    /// `torch.storage.UntypedStorage`.
    case untypedStorage
    /// An element type, such as `torch.float32`.
    case elementType(ElementType)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch", "Size"): self = .size
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"): self = .untypedStorage
        case ("torch", _):
            if let type = ElementType.allCases.first(where: { $0.torchStorage == name }) {
                self = .storage(type)
            } else if let type = ElementType.allCases.first(where: { $0.torchName == name }) {
                self = .elementType(type)
            } else {
                return nil
            }
        default: return nil
        }
    }
}

extension ElementType {
    /// The name of the type in `torch`.
    var torchName: String { "\(self)" }

    /// The name of the storage class in `torch`, nil for types whose storages are plain bytes.
    var torchStorage: String? {
        switch self {
        case .bool: "BoolStorage"
        case .uint8: "ByteStorage"
        case .int8: "CharStorage"
        case .int16: "ShortStorage"
        case .int32: "IntStorage"
        case .int64: "LongStorage"
        case .float16: "HalfStorage"
        case .bfloat16: "BFloat16Storage"
        case .float32: "FloatStorage"
        case .float64: "DoubleStorage"
        case .uint16, .uint32, .uint64: nil
        }
    }
}
