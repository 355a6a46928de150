package import CDMKernels

/// An element type that a tensor can hold.
public protocol TensorScalar: Sendable, Equatable, BitwiseCopyable {}

extension Float: TensorScalar {}
extension Double: TensorScalar {}
extension Int32: TensorScalar {}
extension Int64: TensorScalar {}
extension UInt8: TensorScalar {}
extension Bool: TensorScalar {}

/// An element type with the arithmetic of the real numbers: `Float` and `Double`.
///
/// A conformance names the kernels of its type, so that code generic over the scalar makes one call
/// for a whole buffer: generic loops over single elements are ten times slower across modules.
public protocol FloatingPointScalar: TensorScalar, BinaryFloatingPoint {
    /// The type's kernels; conforming types other than the library's own do not exist.
    static var kernelTables: KernelTables { get }
}

/// The kernel tables of one real type.
public struct KernelTables: Sendable {
    package let real: dm_real_kernels
    package let vision: dm_vision_kernels
    package let network: dm_network_kernels
}

extension Float: FloatingPointScalar {
    /// The kernels of `Float`.
    public static let kernelTables = KernelTables(
        real: activeKernels.real_f32.pointee, vision: activeKernels.vision_f32.pointee,
        network: activeKernels.network_f32.pointee)
}

extension Double: FloatingPointScalar {
    /// The kernels of `Double`.
    public static let kernelTables = KernelTables(
        real: activeKernels.real_f64.pointee, vision: activeKernels.vision_f64.pointee,
        network: activeKernels.network_f64.pointee)
}
