import DMTensors

/// The classes and functions that a file of weights needs; all others are foreign, and nothing is done with them.
enum PyTorchGlobal: Equatable {
    /// `collections.OrderedDict`.
    case orderedDictionary
    /// Python's `dict`, and those of its kind that hold nothing else, such as `collections.defaultdict`.
    case dictionary
    /// Python's `list`, `tuple`, `set` and `frozenset`.
    case sequence
    /// `torch.Size`, a tuple.
    case size
    /// `torch._utils._rebuild_tensor` and its second version: storage, offset, shape, strides, and what training needs.
    case rebuildTensor
    /// The third version, for types without a storage class: as the second, then the element type.
    case rebuildTypedTensor
    /// `torch._utils._rebuild_parameter`, also with the attributes of a state: a tensor, and what training needs.
    case rebuildParameter
    /// `torch._tensor._rebuild_from_type_v2`: a function, a class of tensors, the function's arguments, attributes.
    case rebuildFromType
    /// A function that makes a tensor of a kind that the library has no form for, with the reason in words.
    case rebuildUnsupported(String)
    /// A storage class, such as `torch.FloatStorage`.
    case storage(ElementType)
    /// A storage class of elements that the library does not know, with the reason in words.
    case unsupportedStorage(String)
    /// `torch.storage.UntypedStorage`.
    case untypedStorage
    /// An element type, such as `torch.float32`.
    case elementType(ElementType)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("collections", "defaultdict"), ("collections", "Counter"), ("builtins", "dict"), ("__builtin__", "dict"): self = .dictionary
        case ("builtins", "list"), ("builtins", "tuple"), ("builtins", "set"), ("builtins", "frozenset"), ("__builtin__", "list"),
            ("__builtin__", "tuple"), ("__builtin__", "set"), ("__builtin__", "frozenset"):
            self = .sequence
        case ("torch", "Size"): self = .size
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
        case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameter
        case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
        case ("torch._utils", _) where name.hasPrefix("_rebuild_"): self = .rebuildUnsupported(Self.reason(against: name))
        case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"): self = .untypedStorage
        case ("torch", _):
            if let type = ElementType.allCases.first(where: { $0.torchStorage == name }) {
                self = .storage(type)
            } else if let type = ElementType.allCases.first(where: { $0.torchName == name }) {
                self = .elementType(type)
            } else if name.hasSuffix("Storage") {
                self = .unsupportedStorage(Self.reason(againstElements: String(name.dropLast("Storage".count))))
            } else {
                return nil
            }
        default: return nil
        }
    }

    /// Why the tensors of a function of `torch._utils` cannot be read, and what to save in their place.
    private static func reason(against function: String) -> String {
        switch function {
        case "_rebuild_sparse_tensor", "_rebuild_sparse_csr_tensor": "it is sparse; save tensor.to_dense() in its place"
        case "_rebuild_qtensor": "it is quantized; save tensor.dequantize() in its place, or the weights from before the quantization"
        case "_rebuild_meta_tensor_no_storage": "it has no elements (device 'meta'); save the model once its weights are loaded"
        case "_rebuild_nested_tensor": "it is nested; save its parts in its place"
        default:
            "it is of a kind of its own (\(function.dropFirst("_rebuild_".count).quoted)); save tensor.detach().cpu().clone() in its place"
        }
    }

    /// Why tensors of a type of elements cannot be read, and what to save in their place.
    static func reason(againstElements type: String) -> String {
        "its elements are of type \(type.quoted); save tensor.float() in its place"
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
