import CDMKernels

/// Steps of optimizers, each in one pass over the memory; `DMOptimizers` gives them their names.
extension Tensor where Scalar: FloatingPointScalar {
    /// v <- momentum v + g + decay p;  p <- p - rate v
    package mutating func descend(along gradient: Tensor, velocity: inout Tensor, rate: Double, momentum: Double, decay: Double) {
        require(gradient.shape == shape && velocity.shape == shape, "cannot move \(shape) along \(gradient.shape)")
        withUnsafeMutableElements { p in
            gradient.withUnsafeElements { g in
                velocity.withUnsafeMutableElements { v in
                    forEachPart(of: p) { p, first in
                        Scalar.kernelTables.optimization.sgd(
                            p.baseAddress, g.baseAddress! + first, v.baseAddress! + first, p.count, rate, momentum, decay)
                    }
                }
            }
        }
    }

    /// One step of Adam with decoupled weight decay; `corrections` are 1 - b1^t and 1 - b2^t.
    package mutating func descend(
        along gradient: Tensor, mean: inout Tensor, square: inout Tensor, rate: Double, betas: (first: Double, second: Double),
        corrections: (first: Double, second: Double), epsilon: Double, decay: Double
    ) {
        require(
            gradient.shape == shape && mean.shape == shape && square.shape == shape, "cannot move \(shape) along \(gradient.shape)")
        withUnsafeMutableElements { p in
            gradient.withUnsafeElements { g in
                mean.withUnsafeMutableElements { m in
                    square.withUnsafeMutableElements { s in
                        forEachPart(of: p) { p, first in
                            Scalar.kernelTables.optimization.adamw(
                                p.baseAddress, g.baseAddress! + first, m.baseAddress! + first, s.baseAddress! + first, p.count, rate,
                                betas.first, betas.second, corrections.first, corrections.second, epsilon, decay)
                        }
                    }
                }
            }
        }
    }

    /// a <- decay a + (1 - decay) x
    package mutating func average(toward other: Tensor, decay: Double) {
        require(other.shape == shape, "cannot average \(shape) and \(other.shape)")
        withUnsafeMutableElements { a in
            other.withUnsafeElements { x in
                forEachPart(of: a) { a, first in
                    Scalar.kernelTables.optimization.average(a.baseAddress, x.baseAddress! + first, a.count, decay)
                }
            }
        }
    }
}

/// Shares out the elements that a step changes: `body` is handed a part of them, and where it begins.
private func forEachPart<Scalar>(
    of elements: UnsafeMutableBufferPointer<Scalar>, _ body: (UnsafeMutableBufferPointer<Scalar>, Int) -> Void
) {
    Parallelism.forEachUncheckedChunk(of: elements.count, size: Parallelism.grain) { part in
        body(UnsafeMutableBufferPointer(rebasing: elements[part]), part.lowerBound)
    }
}
