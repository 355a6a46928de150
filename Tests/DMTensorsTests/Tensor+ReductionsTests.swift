import DMTensors
import Testing

/// A shape and axes along which it is reduced.
private struct Reduction: CustomTestStringConvertible {
    let shape: [Int]
    let axes: [Int]
    var testDescription: String { "\(shape) along \(axes)" }

    static let all = [
        Reduction(shape: [1], axes: [0]), Reduction(shape: [7], axes: [0]), Reduction(shape: [3, 5], axes: [0]),
        Reduction(shape: [3, 5], axes: [1]), Reduction(shape: [3, 5], axes: [-1]), Reduction(shape: [3, 5], axes: [1, 0]),
        Reduction(shape: [2, 3, 4, 5], axes: [0, 1, 2]), Reduction(shape: [2, 3, 4, 5], axes: [0, 2]),
        Reduction(shape: [2, 3, 4, 5], axes: [1, 3]), Reduction(shape: [2, 3, 4, 5], axes: []),
        Reduction(shape: [3, 0], axes: [1]), Reduction(shape: [0, 3], axes: [1]), Reduction(shape: [6, 1, 4], axes: [1]),
        Reduction(shape: [140_007], axes: [0]), Reduction(shape: [1, 15_003, 9], axes: [1]), Reduction(shape: [3, 11_001], axes: [0]),
        Reduction(shape: [900, 40], axes: [1]),
    ]
}

@Suite struct ReductionsTests {
    @Test(arguments: Reduction.all) private func sumsAgreeWithLoops(reduction: Reduction) {
        let x = ramp(reduction.shape)
        let (shape, groups) = looped(x, reduction.axes)
        let sums = Tensor(groups.map { $0.reduce(0, +) }, shape: shape)
        // Each term is rounded once.
        let terms = Double(groups.first?.count ?? 0)
        #expect(isClose(x.sum(along: reduction.axes), sums, 1e-16 * max(8, terms)))
        let kept = x.sum(along: reduction.axes, keepingAxes: true)
        #expect(kept.rank == x.rank && kept.reshaped(to: shape) == x.sum(along: reduction.axes))
        #expect(isClose(Tensor(converting: Tensor<Float>(converting: x).sum(along: reduction.axes)), sums, 6e-8 * max(8, terms)))
        let whole = Tensor<Int32>(converting: x * 50)
        #expect(whole.sum(along: reduction.axes) == Tensor<Int32>(converting: Tensor<Double>(converting: whole).sum(along: reduction.axes)))
        guard !x.shape.contains(0) else { return }
        let means = Tensor(groups.map { $0.reduce(0, +) / Double($0.count) }, shape: shape)
        #expect(isClose(x.mean(along: reduction.axes), means, 1e-13))
        let variances = zip(groups, means.scalars).map { group, mean in
            group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(group.count)
        }
        #expect(isClose(x.variance(along: reduction.axes), Tensor(variances, shape: shape), 1e-13))
    }

    @Test(arguments: Reduction.all.filter { $0.axes.count == 1 && !$0.shape.contains(0) })
    private func extremesAgreeWithLoops(reduction: Reduction) {
        let axis = reduction.axes[0]
        check(ramp(reduction.shape), axis)
        check(Tensor<Float>(converting: ramp(reduction.shape)), axis)
        check(Tensor<Int32>(converting: ramp(reduction.shape) * 50), axis)
        check(Tensor<Int64>(converting: ramp(reduction.shape) * 50), axis)
        check(Tensor<UInt8>(converting: ramp(reduction.shape) * 50), axis)
    }

    private func check<Scalar: NumericScalar>(_ x: Tensor<Scalar>, _ axis: Int) {
        let (shape, groups) = looped(x, [axis])
        #expect(x.maximum(along: axis) == Tensor(groups.map { $0.max()! }, shape: shape))
        #expect(x.minimum(along: axis) == Tensor(groups.map { $0.min()! }, shape: shape))
        #expect(x.argmax(along: axis) == Tensor(groups.map { Int32($0.firstIndex(of: $0.max()!)!) }, shape: shape))
        #expect(x.maximum(along: axis, keepingAxes: true).rank == x.rank)
        #expect(x.maximum() == x.scalars.max()! && x.minimum() == x.scalars.min()!)
    }

    /// The elements that each element of the result is made from.
    private func looped<Scalar>(_ x: Tensor<Scalar>, _ axes: [Int]) -> (shape: [Int], groups: [[Scalar]]) {
        let axes = axes.map { $0 < 0 ? $0 + x.rank : $0 }
        let kept = x.shape.indices.filter { !axes.contains($0) }
        let shape = kept.map { x.shape[$0] }
        var groups = [[Scalar]](repeating: [], count: shape.reduce(1, *))
        let keptShape = x.shape.indices.map { kept.contains($0) ? x.shape[$0] : 1 }
        for (target, scalar) in zip(elementIndices(of: keptShape, in: x.shape), x.scalars) { groups[target].append(scalar) }
        return (shape, groups)
    }

    @Test func longSumsOfFloatsStayExact() {
        let count = 10_000_000
        #expect(abs(Tensor<Float>(repeating: 0.1, shape: [count]).mean() - 0.1) < 1e-7)
        #expect(abs(Tensor<Float>(repeating: 0.1, shape: [count / 2, 2]).mean(along: [0])[1].scalar - 0.1) < 1e-7)
        #expect(Tensor<UInt8>(repeating: 1, shape: [300]).sum() == 44)
    }

    @Test func emptySumsAreZero() {
        #expect(Tensor<Float>([]).sum() == 0)
        #expect(Tensor<Double>(repeating: 1, shape: [2, 0, 3]).sum(along: [1]) == Tensor(repeating: 0, shape: [2, 3]))
    }

    @Test func wrongAxesStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ramp([2, 3]).sum(along: [2]) }
        await #expect(processExitsWith: .failure) { _ = ramp([2, 3]).sum(along: [1, -1]) }
        await #expect(processExitsWith: .failure) { _ = ramp([0]).maximum() }
        await #expect(processExitsWith: .failure) { _ = ramp([2, 0]).argmax(along: 1) }
    }
}
