/// The element types of ONNX, by their numbers in onnx.proto.
enum ElementType: Int64, Sendable {
    case float = 1, uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64
    case complex64 = 14, complex128, bfloat16

    /// Whether the type holds real numbers.
    var isReal: Bool { [.float, .float16, .bfloat16, .double].contains(self) }
}
