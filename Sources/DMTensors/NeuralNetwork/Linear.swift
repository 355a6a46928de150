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

/// The right-hand matrix of products, packed for the kernels: once for all rows of the left-hand side.
struct PackedMatrix<Scalar: FloatingPointScalar> {
    let depth: Int
    let columns: Int
    private let storage: Storage<Scalar>

    /// - Parameters:
    ///   - matrix: `[depth, columns]`, or `[columns, depth]` if it is transposed.
    ///   - isTransposed: Whether the matrix is taken transposed.
    init(_ matrix: Tensor<Scalar>, isTransposed: Bool = false, _ kernels: KernelTables) {
        let (rows, rowLength) = (matrix.shape[0], matrix.shape[1])
        let (depth, columns) = isTransposed ? (rowLength, rows) : (rows, rowLength)
        (self.depth, self.columns) = (depth, columns)
        let panel = kernels.matrix.panel_columns
        let storage = Storage<Scalar>(count: columns.dividedUp(by: panel) * panel * depth)
        self.storage = storage
        withElements(of: matrix) { matrix in
            Parallelism.forEachUncheckedChunk(of: depth, size: max(1, Parallelism.grain / max(1, columns))) { chunk in
                let first = matrix + chunk.lowerBound * (isTransposed ? 1 : rowLength)
                kernels.matrix.pack(
                    first, isTransposed ? 1 : rowLength, isTransposed ? rowLength : 1, chunk.lowerBound, chunk.count, depth, columns,
                    storage.address)
            }
        }
    }

    /// Where the packed numbers lie, as long as this value lives.
    var address: UnsafeMutableRawPointer { UnsafeMutableRawPointer(storage.address) }

    /// x M + b for x `[..., depth]`.
    func mapping(_ x: Tensor<Scalar>, bias: Tensor<Scalar>?, _ kernels: KernelTables) -> Tensor<Scalar> {
        let rows = RowChunks(count: x.shape.dropLast().reduce(1, *), work: depth * columns, kernels)
        return Tensor(shape: x.shape.dropLast() + [columns]) { z in
            guard let z = z.baseAddress, rows.count > 0, columns > 0 else { return }
            withElements(of: x, bias ?? x) { x, b in
                Parallelism.forEachUncheckedChunk(of: rows.count, size: rows.size) { chunk in
                    kernels.matrix.multiply(
                        x + chunk.lowerBound * depth, depth, address, bias == nil ? nil : b, z + chunk.lowerBound * columns, columns,
                        chunk.count, depth, columns, false)
                }
            }
        }
    }
}

/// How the rows of a product are shared among threads; the cuts depend on the shape alone.
struct RowChunks {
    /// The number of rows.
    let count: Int
    /// The rows of a chunk: whole blocks of the kernels', and enough work for a thread.
    let size: Int

    /// - Parameter work: The products of one row.
    init(count: Int, work: Int, _ kernels: KernelTables) {
        let block = Int(kernels.matrix.block_rows)
        self.count = count
        size = block * max(1, (1 << 20) / max(1, block * work))
    }

    /// The number of parts in which sums over all rows are taken: each part costs a pass over the sums, which must be
    /// small beside the products.
    var parts: Int { max(1, min(16, count / 512)) }

    /// Calls `body` with each part and its rows, on several threads.
    func forEachPart(_ body: (Int, Range<Int>) -> Void) {
        Parallelism.forEachUncheckedChunk(of: parts, size: 1) { part in
            body(part.lowerBound, count * part.lowerBound / parts..<count * part.upperBound / parts)
        }
    }

    /// Adds the parts `[parts, sums]` to the first of them, in their order.
    func addParts<Scalar: FloatingPointScalar>(_ sums: Storage<Scalar>, _ kernels: KernelTables) {
        let length = sums.elements.count / parts
        if parts == 1 { return }
        Parallelism.forEachUncheckedChunk(of: length, size: Parallelism.grain) { elements in
            kernels.convolution.add_parts(
                sums.address + length, sums.address, parts - 1, length, elements.lowerBound, elements.upperBound)
        }
    }
}

extension Storage {
    /// A copy of some elements as a tensor.
    func tensor(at first: Int, shape: [Int]) -> Tensor<Scalar> {
        Tensor(shape: shape) { z in
            _ = z.initialize(from: UnsafeBufferPointer(start: elements.baseAddress! + first, count: z.count))
        }
    }
}
