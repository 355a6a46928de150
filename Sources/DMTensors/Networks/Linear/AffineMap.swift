import CDMKernels

/// An affine map of each row: y = x W + b.
///
/// - Parameters:
///   - x: Rows `[..., inputs]`.
///   - weight: W, `[inputs, outputs]`.
///   - bias: b, `[outputs]`; none is zero.
/// - Returns: `[..., outputs]`.
public func linear<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, weight: Tensor<Scalar>, bias: Tensor<Scalar>? = nil
) -> Tensor<Scalar> {
    linear(x, weight: weight, bias: bias, kernels: Scalar.kernelTables)
}

package func linear<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, weight: Tensor<Scalar>, bias: Tensor<Scalar>?, kernels: KernelTables
) -> Tensor<Scalar> {
    require(
        x.rank > 0 && weight.rank == 2 && x.shape[x.rank - 1] == weight.shape[0] && (bias?.shape ?? [weight.shape[1]]) == [weight.shape[1]],
        "no linear map of \(x.shape) by weights \(weight.shape)" + (bias.map { " and a bias \($0.shape)" } ?? ""))
    return PackedMatrix(weight, kernels).mapping(x, bias: bias, kernels)
}

/// The gradient of the rows of `linear`: dx = dy Wᵀ.
package func linearInputGradient<Scalar: FloatingPointScalar>(
    of dy: Tensor<Scalar>, weight: Tensor<Scalar>, kernels: KernelTables = Scalar.kernelTables
) -> Tensor<Scalar> {
    PackedMatrix(weight, isTransposed: true, kernels).mapping(dy, bias: nil, kernels)
}

/// The gradients of the weights and the bias of `linear`, made together: dW = xᵀ dy, db = Σ dy over rows.
package func linearParameterGradients<Scalar: FloatingPointScalar>(
    of dy: Tensor<Scalar>, x: Tensor<Scalar>, kernels: KernelTables = Scalar.kernelTables
) -> (weight: Tensor<Scalar>, bias: Tensor<Scalar>) {
    let (inputs, outputs) = (x.shape[x.rank - 1], dy.shape[dy.rank - 1])
    let rows = RowChunks(count: x.shape.dropLast().reduce(1, *), work: inputs * outputs, kernels)
    let length = (inputs + 1) * outputs
    let sums = Storage<Scalar>(count: rows.parts * length)
    withElements(of: x, dy) { x, dy in
        rows.forEachPart { part, rows in
            withScratch(kernels.linear.map_scratch(outputs)) { scratch in
                kernels.linear.map_sums(
                    x + rows.lowerBound * inputs, dy + rows.lowerBound * outputs, sums.address + part * length, rows.count, inputs,
                    outputs, scratch)
            }
        }
    }
    rows.addParts(sums, kernels)
    return (sums.tensor(at: 0, shape: [inputs, outputs]), sums.tensor(at: inputs * outputs, shape: [outputs]))
}
