import CDMKernels

/// Comparisons element by element, with broadcasting, under the names that Swift gives them for SIMD vectors.
extension Tensor where Scalar: NumericScalar {
    /// Where x < y.
    public static func .< (x: Tensor, y: Tensor) -> Tensor<Bool> { .combined(x, y, "compare", by: Scalar.elementKernels.table.is_less) }
    /// Where x < y.
    public static func .< (x: Tensor, y: Scalar) -> Tensor<Bool> { x .< Tensor(y) }
    /// Where x <= y.
    public static func .<= (x: Tensor, y: Tensor) -> Tensor<Bool> {
        .combined(x, y, "compare", by: Scalar.elementKernels.table.is_less_or_equal)
    }
    /// Where x <= y.
    public static func .<= (x: Tensor, y: Scalar) -> Tensor<Bool> { x .<= Tensor(y) }
    /// Where x > y.
    public static func .> (x: Tensor, y: Tensor) -> Tensor<Bool> { y .< x }
    /// Where x > y.
    public static func .> (x: Tensor, y: Scalar) -> Tensor<Bool> { x .> Tensor(y) }
    /// Where x >= y.
    public static func .>= (x: Tensor, y: Tensor) -> Tensor<Bool> { y .<= x }
    /// Where x >= y.
    public static func .>= (x: Tensor, y: Scalar) -> Tensor<Bool> { x .>= Tensor(y) }
}

extension Tensor {
    /// Where x = y. Whether two tensors are equal as a whole is `==`.
    public static func .== (x: Tensor, y: Tensor) -> Tensor<Bool> { .combined(x, y, "compare", by: Scalar.elementKernels.table.is_equal) }
    /// Where x = y.
    public static func .== (x: Tensor, y: Scalar) -> Tensor<Bool> { x .== Tensor(y) }
    /// Where x and y differ. Of truth values, their exclusive or (XOR).
    public static func .!= (x: Tensor, y: Tensor) -> Tensor<Bool> { .!(x .== y) }
    /// Where x and y differ.
    public static func .!= (x: Tensor, y: Scalar) -> Tensor<Bool> { x .!= Tensor(y) }
}

extension Tensor where Scalar: FloatingPointScalar {
    /// Where x is not a number.
    public func isNaN() -> Tensor<Bool> { self .!= self }
    /// Where x is positive or negative infinity.
    public func isInfinite() -> Tensor<Bool> { absoluteValue() .== .infinity }
}

/// Logic element by element, with broadcasting. Truth values are bytes 0 or 1.
extension Tensor where Scalar == Bool {
    /// Where both x and y are true.
    public static func .& (x: Tensor, y: Tensor) -> Tensor { combined(x, y, "combine", by: Bool.elementKernels.table.minimum) }
    /// Where x or y is true.
    public static func .| (x: Tensor, y: Tensor) -> Tensor { combined(x, y, "combine", by: Bool.elementKernels.table.maximum) }
    /// Where x is false.
    public static prefix func .! (x: Tensor) -> Tensor { x .== false }
}

/// The larger of x and y element by element, with broadcasting.
public func maximum<Scalar: NumericScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    .combined(x, y, "take the maximum of", by: Scalar.elementKernels.table.maximum)
}

/// The smaller of x and y element by element, with broadcasting.
public func minimum<Scalar: NumericScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    .combined(x, y, "take the minimum of", by: Scalar.elementKernels.table.minimum)
}

/// The element of x where the mask is true, of y where it is not; all three are broadcast.
public func select<Scalar>(where mask: Tensor<Bool>, _ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    let shape = broadcastShape(mask.shape, broadcastShape(x.shape, y.shape, "select from"), "select with")
    let (mask, x, y) = (mask.broadcast(to: shape), x.broadcast(to: shape), y.broadcast(to: shape))
    return Tensor(shape: shape) { z in
        guard !z.isEmpty else { return }
        mask.withUnsafeElements { mask in
            x.withUnsafeElements { x in
                y.withUnsafeElements { y in
                    mask.withMemoryRebound(to: UInt8.self) { mask in
                        Parallelism.forEachUncheckedChunk(of: z.count, size: Parallelism.grain) {
                            let start = $0.lowerBound
                            Scalar.elementKernels.table.select(
                                mask.baseAddress! + start, x.baseAddress! + start, y.baseAddress! + start, z.baseAddress! + start, $0.count)
                        }
                    }
                }
            }
        }
    }
}
