import DMTensors

/// A tensor and the element type that ONNX gives it.
///
/// Types that the library does not compute with are held in a wider one: half precisions in `Float`, 8 and 16
/// bits in `Int32`, unsigned 32 and 64 bits in `Int64`.
struct OnnxValue: Sendable {
    let type: ElementType
    let tensor: any DenseTensor

    /// A value of a type that the library has itself.
    init<Scalar: TensorScalar>(_ tensor: Tensor<Scalar>) {
        switch tensor {
        case is Tensor<Float>: type = .float
        case is Tensor<Double>: type = .double
        case is Tensor<Int32>: type = .int32
        case is Tensor<UInt8>: type = .uint8
        case is Tensor<Bool>: type = .bool
        default: type = .int64
        }
        self.tensor = tensor
    }

    /// A tensor as a value of some type: converted to the scalar that holds it, and rounded or wrapped to its range.
    init(_ tensor: some DenseTensor, as type: ElementType) throws {
        func wrapped<T: FixedWidthInteger>(_: T.Type) -> Tensor<Int32> {
            let wide = tensor.converted(to: Int64.self)
            return Tensor(wide.scalars.map { Int32(T(truncatingIfNeeded: $0)) }, shape: wide.shape)
        }
        switch type {
        case .float: self.tensor = tensor.converted(to: Float.self)
        case .double: self.tensor = tensor.converted(to: Double.self)
        case .int32: self.tensor = tensor.converted(to: Int32.self)
        case .int64, .uint64: self.tensor = tensor.converted(to: Int64.self)
        case .uint8: self.tensor = tensor.converted(to: UInt8.self)
        case .bool: self.tensor = tensor.converted(to: Bool.self)
        case .int8: self.tensor = wrapped(Int8.self)
        case .int16: self.tensor = wrapped(Int16.self)
        case .uint16: self.tensor = wrapped(UInt16.self)
        case .uint32:
            let wide = tensor.converted(to: Int64.self)
            self.tensor = Tensor(wide.scalars.map { $0 & 0xFFFF_FFFF }, shape: wide.shape)
        case .float16, .bfloat16:
            let single = tensor.converted(to: Float.self)
            self.tensor = Tensor(single.scalars.map(type == .float16 ? { Float(Float16($0)) } : roundedToBFloat16), shape: single.shape)
        case .string, .complex64, .complex128: throw Unsupported("elements of the type \(type)")
        }
        self.type = type
    }

    var shape: [Int] { tensor.shape }

    /// Another tensor of this value's type.
    func with(_ tensor: some DenseTensor) throws -> OnnxValue { try OnnxValue(tensor, as: type) }
}

/// The nearest number that has the upper 16 bits of a float alone, halves to the even one.
private func roundedToBFloat16(_ x: Float) -> Float {
    if x.isNaN { return x }
    let bits = x.bitPattern
    return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
}

/// The element types of ONNX, by their numbers in onnx.proto.
enum ElementType: Int64, Sendable {
    case float = 1, uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64
    case complex64 = 14, complex128, bfloat16

    /// Whether the type holds real numbers.
    var isReal: Bool { [.float, .float16, .bfloat16, .double].contains(self) }
}

/// A tensor of any scalar, to be opened by a generic function.
protocol DenseTensor: Sendable {
    associatedtype Scalar: TensorScalar
    /// The tensor itself.
    var dense: Tensor<Scalar> { get }
}

/// A tensor of numbers.
protocol NumericTensor: DenseTensor where Scalar: NumericScalar {}

/// A tensor of real numbers.
protocol RealTensor: NumericTensor where Scalar: FloatingPointScalar {}

extension Tensor: DenseTensor { var dense: Tensor<Scalar> { self } }
extension Tensor: NumericTensor where Scalar: NumericScalar {}
extension Tensor: RealTensor where Scalar: FloatingPointScalar {}

extension DenseTensor {
    var shape: [Int] { dense.shape }

    /// The elements as numbers of another type.
    func converted<Other>(to: Other.Type) -> Tensor<Other> { Tensor<Other>(converting: dense) }
}
