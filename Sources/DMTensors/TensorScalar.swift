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
    package let matrix: dm_matrix_kernels
    package let convolution: dm_convolution_kernels
    package let pooling: dm_pooling_kernels
    package let vision: dm_vision_kernels
}

extension Float: FloatingPointScalar {
    /// The kernels of `Float`.
    public static let kernelTables = KernelTables(ofFloat: activeKernels)
}

extension Double: FloatingPointScalar {
    /// The kernels of `Double`.
    public static let kernelTables = KernelTables(ofDouble: activeKernels)
}

extension KernelTables {
    /// The tables of `Float` in one instruction set.
    package init(ofFloat kernels: dm_kernels) {
        self.init(
            real: kernels.real_f32.pointee, matrix: kernels.matrix_f32.pointee, convolution: kernels.convolution_f32.pointee,
            pooling: kernels.pooling_f32.pointee, vision: kernels.vision_f32.pointee)
    }

    /// The tables of `Double` in one instruction set.
    package init(ofDouble kernels: dm_kernels) {
        self.init(
            real: kernels.real_f64.pointee, matrix: kernels.matrix_f64.pointee, convolution: kernels.convolution_f64.pointee,
            pooling: kernels.pooling_f64.pointee, vision: kernels.vision_f64.pointee)
    }
}
