import DMTensors

/// The element types that arrays of files have.
///
/// Tensors hold six of them; the others are read and written by conversion.
public enum ElementType: Sendable, CaseIterable {
    /// Truth values, a byte each.
    case bool
    /// Unsigned integers of 8 bits.
    case uint8
    /// Signed integers of 8 bits.
    case int8
    /// Unsigned integers of 16 bits.
    case uint16
    /// Signed integers of 16 bits.
    case int16
    /// Unsigned integers of 32 bits.
    case uint32
    /// Signed integers of 32 bits.
    case int32
    /// Unsigned integers of 64 bits.
    case uint64
    /// Signed integers of 64 bits.
    case int64
    /// Half precision: IEEE 754's binary16.
    case float16
    /// The upper half of a single-precision number.
    case bfloat16
    /// Single precision.
    case float32
    /// Double precision.
    case float64

    /// The bytes of one element.
    public var size: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// The type of a tensor's elements.
    init(of scalar: (some TensorScalar).Type) {
        switch scalar {
        case is Float.Type: self = .float32
        case is Double.Type: self = .float64
        case is Int32.Type: self = .int32
        case is Int64.Type: self = .int64
        case is UInt8.Type: self = .uint8
        case is Bool.Type: self = .bool
        default: fatalError("no file holds elements of type \(scalar)")
        }
    }
}
