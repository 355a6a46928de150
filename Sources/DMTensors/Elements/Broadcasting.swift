import CDMKernels

/// The shape that two operands have together: axes are matched from the last, and an extent of 1 is
/// repeated.
///
/// - Parameter operation: Is named in the message if the shapes do not go together.
package func broadcastShape(_ x: [Int], _ y: [Int], _ operation: String) -> [Int] {
    if x == y { return x }
    let rank = max(x.count, y.count)
    return (0..<rank).map { axis in
        let a = axis < rank - x.count ? 1 : x[axis - rank + x.count]
        let b = axis < rank - y.count ? 1 : y[axis - rank + y.count]
        require(a == b || a == 1 || b == 1, "cannot \(operation) the shapes \(x) and \(y)")
        return a == 1 ? b : a
    }
}

/// The steps with which a dense tensor of shape `x` is read as if it had the shape `result`.
func broadcastSteps(_ x: [Int], to result: [Int]) -> [Int] {
    Array(repeating: 0, count: result.count - x.count) + zip(x, denseSteps(x)).map { $0 == 1 ? 0 : $1 }
}

extension Tensor {
    /// A binary kernel run over `x` and `y`, broadcast to one shape.
    static func combined<Operand>(
        _ x: Tensor<Operand>, _ y: Tensor<Operand>, _ operation: String, by kernel: dm_binary_kernel
    ) -> Tensor {
        let shape = broadcastShape(x.shape, y.shape, operation)
        return Tensor(shape: shape) { z in
            x.withUnsafeElements { x_ in
                y.withUnsafeElements { y_ in
                    combine((x.shape, x_), (y.shape, y_), into: z, shape: shape, by: kernel)
                }
            }
        }
    }

    /// A binary kernel run over this tensor, which takes its results, and `y`, broadcast to its shape.
    mutating func combine(with y: Tensor, _ operation: String, by kernel: dm_binary_kernel) {
        let shape = self.shape
        require(broadcastShape(shape, y.shape, operation) == shape, "cannot \(operation) the shape \(y.shape) to \(shape) in place")
        withUnsafeMutableElements { z in
            y.withUnsafeElements { y_ in
                Tensor.combine((shape, UnsafeBufferPointer(z)), (y.shape, y_), into: z, shape: shape, by: kernel)
            }
        }
    }

    private typealias Operand<S> = (shape: [Int], elements: UnsafeBufferPointer<S>)

    private static func combine<S>(
        _ x: Operand<S>, _ y: Operand<S>, into z: UnsafeMutableBufferPointer<Scalar>, shape: [Int], by kernel: dm_binary_kernel
    ) {
        guard !z.isEmpty, let a = x.elements.baseAddress, let b = y.elements.baseAddress, let c = z.baseAddress else { return }
        let axes = PairedAxes(extents: shape, first: broadcastSteps(x.shape, to: shape), second: broadcastSteps(y.shape, to: shape))
        axes.forEachTile { tile in
            kernel(
                dm_operand(elements: a + tile.first, row_step: axes.rows.first, column_step: axes.columns.first),
                dm_operand(elements: b + tile.second, row_step: axes.rows.second, column_step: axes.columns.second),
                c + tile.position, tile.rows, tile.columns)
        }
    }

    /// A kernel run over every element of this tensor.
    ///
    /// - Parameter kernel: Is handed elements, where to write the results, and how many they are.
    package func mapped<Result>(
        by kernel: (UnsafeRawPointer?, UnsafeMutableRawPointer?, Int) -> Void
    ) -> Tensor<Result> {
        Tensor<Result>(shape: shape) { z in
            withUnsafeElements { x in
                guard let a = x.baseAddress, let c = z.baseAddress else { return }
                Parallelism.forEachChunk(of: x.count, size: Parallelism.grain) {
                    kernel(a + $0.lowerBound, c + $0.lowerBound, $0.count)
                }
            }
        }
    }
}
