package import CDMKernels

/// An element type that a tensor can hold.
///
/// A conformance names the kernels of its type, so that code generic over the scalar makes one call
/// for a whole buffer: generic loops over single elements are ten times slower across modules. Types
/// other than the library's own do not conform.
public protocol TensorScalar: Sendable, Equatable, BitwiseCopyable {
    /// The type's kernels for arithmetic, movement and conversion.
    static var elementKernels: ElementKernels { get }
}

/// An element type that can be added, multiplied and compared: all but `Bool`.
///
/// Sums and products of integers wrap around.
public protocol NumericScalar: TensorScalar, Numeric, Comparable {}

/// An element type with the arithmetic of the real numbers: `Float` and `Double`.
public protocol FloatingPointScalar: NumericScalar, BinaryFloatingPoint {
    /// The type's kernels for functions of real numbers.
    static var kernelTables: KernelTables { get }
    /// The type's routines of BLAS.
    static var blas: BLASRoutines<Self> { get }
}

/// The kernels that every element type has.
public struct ElementKernels: Sendable {
    package let table: dm_element_kernels
    /// The member of `table` of any type that converts to this one.
    package let conversion: @Sendable (dm_element_kernels) -> dm_unary_kernel
}

/// The kernel tables of one real type.
public struct KernelTables: Sendable {
    package let real: dm_real_kernels
    package let functions: dm_function_kernels
    package let optimization: dm_optimization_kernels
    package let matrix: dm_matrix_kernels
    package let linear: dm_linear_kernels
    package let convolution: dm_convolution_kernels
    package let winograd: dm_winograd_kernels
    package let pooling: dm_pooling_kernels
    package let random: dm_random_kernels
    package let network: dm_network_kernels
}

extension Float: FloatingPointScalar {
    /// The arithmetic of `Float`.
    public static let elementKernels = ElementKernels(table: activeKernels.elements_f32.pointee) { $0.to_f32 }
    /// The functions of `Float`.
    public static let kernelTables = KernelTables(ofFloat: activeKernels)
    /// The BLAS of `Float`.
    public static var blas: BLASRoutines<Float> { .float }
}

extension Double: FloatingPointScalar {
    /// The arithmetic of `Double`.
    public static let elementKernels = ElementKernels(table: activeKernels.elements_f64.pointee) { $0.to_f64 }
    /// The functions of `Double`.
    public static let kernelTables = KernelTables(ofDouble: activeKernels)
    /// The BLAS of `Double`.
    public static var blas: BLASRoutines<Double> { .double }
}

extension Int32: NumericScalar {
    /// The arithmetic of `Int32`.
    public static let elementKernels = ElementKernels(table: activeKernels.elements_i32.pointee) { $0.to_i32 }
}

extension Int64: NumericScalar {
    /// The arithmetic of `Int64`.
    public static let elementKernels = ElementKernels(table: activeKernels.elements_i64.pointee) { $0.to_i64 }
}

extension UInt8: NumericScalar {
    /// The arithmetic of `UInt8`.
    public static let elementKernels = ElementKernels(table: activeKernels.elements_u8.pointee) { $0.to_u8 }
}

extension Bool: TensorScalar {
    /// The movement of truth values, which are bytes 0 or 1.
    public static let elementKernels = ElementKernels(table: activeKernels.elements_u8.pointee) { $0.to_bool }
}

extension KernelTables {
    /// The tables of `Float` in one instruction set.
    package init(ofFloat kernels: dm_kernels) {
        self.init(
            real: kernels.real_f32.pointee, functions: kernels.functions_f32.pointee, optimization: kernels.optimization_f32.pointee,
            matrix: kernels.matrix_f32.pointee, linear: kernels.linear_f32.pointee, convolution: kernels.convolution_f32.pointee,
            winograd: kernels.winograd_f32.pointee, pooling: kernels.pooling_f32.pointee, random: kernels.random_f32.pointee,
            network: kernels.network_f32.pointee)
    }

    /// The tables of `Double` in one instruction set.
    package init(ofDouble kernels: dm_kernels) {
        self.init(
            real: kernels.real_f64.pointee, functions: kernels.functions_f64.pointee, optimization: kernels.optimization_f64.pointee,
            matrix: kernels.matrix_f64.pointee, linear: kernels.linear_f64.pointee, convolution: kernels.convolution_f64.pointee,
            winograd: kernels.winograd_f64.pointee, pooling: kernels.pooling_f64.pointee, random: kernels.random_f64.pointee,
            network: kernels.network_f64.pointee)
    }
}

/// The kernels of the widest instruction set that this processor has, chosen at the first use.
package let activeKernels: dm_kernels = dm_kernels_active().pointee
