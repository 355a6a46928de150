public import DMTensors

/// A tensor of one of the library's scalars, for files that hold several kinds.
public enum AnyTensor: Sendable, Equatable {
    /// Single precision.
    case float(Tensor<Float>)
    /// Double precision.
    case double(Tensor<Double>)
    /// Signed integers of 32 bits.
    case int32(Tensor<Int32>)
    /// Signed integers of 64 bits.
    case int64(Tensor<Int64>)
    /// Unsigned integers of 8 bits.
    case uint8(Tensor<UInt8>)
    /// Truth values.
    case bool(Tensor<Bool>)

    /// The extent of each axis.
    public var shape: [Int] {
        switch self {
        case .float(let x): x.shape
        case .double(let x): x.shape
        case .int32(let x): x.shape
        case .int64(let x): x.shape
        case .uint8(let x): x.shape
        case .bool(let x): x.shape
        }
    }
}
