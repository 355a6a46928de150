import CDMKernels
import DMTensors
import DMTestSupport
import Foundation
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

@Suite struct CumulativeTests {
    @Test(arguments: [[5], [3, 4], [2, 3, 4], [1, 1], [0, 3], [3, 40_000]])
    func cumulativeSums(shape: [Int]) {
        let x = Tensor<Int64>(converting: ramp(shape) * 50)
        for axis in shape.indices {
            for (excludesSelf, isReversed) in [(false, false), (true, false), (false, true), (true, true)] {
                let extent = shape[axis], inner = shape[(axis + 1)...].reduce(1, *)
                var expected = x.scalars
                for index in expected.indices {
                    let place = index / inner % extent
                    let own = isReversed ? place + (excludesSelf ? 1 : 0)..<extent : 0..<place + (excludesSelf ? 0 : 1)
                    if extent > 100 && index % 997 != 0 { continue }
                    expected[index] = x.withUnsafeElements { x in own.reduce(0) { $0 + x[index + ($1 - place) * inner] } }
                }
                let found = x.cumulativeSum(along: axis, excludesSelf: excludesSelf, isReversed: isReversed).scalars
                #expect(found.indices.allSatisfy { (extent > 100 && $0 % 997 != 0) || found[$0] == expected[$0] })
            }
        }
    }

    @Test func products() {
        let x = Tensor<Int32>([1, 2, 3, 4, 5, 6], shape: [2, 3])
        #expect(x.product(along: [0]) == Tensor([4, 10, 18]))
        #expect(x.product(along: [0, 1], keepingAxes: true) == Tensor([720], shape: [1, 1]))
        #expect(Tensor<Float>([], shape: [0, 2]).product(along: [0]) == Tensor([1, 1]))
        let long = Tensor<Double>(repeating: 1.00001, shape: [200_000])
        #expect(abs(long.product(along: [0]).scalar / pow(1.00001, 200_000) - 1) < 1e-9)
    }

    @Test func logarithmsOfSums() {
        let x = ramp([4, 6]) * 300
        let expected = (0..<4).map { row -> Double in
            let numbers = x[row].scalars, largest = numbers.max()!
            return largest + log(numbers.reduce(0) { $0 + exp($1 - largest) })
        }
        #expect(isClose(x.logSumExp(along: [1]), Tensor(expected), 1e-14))
        #expect(Tensor<Double>([-.infinity, -.infinity]).logSumExp(along: [0]).scalar == -.infinity)
        #expect(Tensor<Double>([1, .infinity]).logSumExp(along: [0]).scalar == .infinity)
    }
}

/// The softmax of short and of long rows and its gradient, in every instruction set, against the definition.
@Suite struct SoftmaxTests {
    @Test(arguments: [1, 2, 3, 4, 5, 8, 15, 16, 17, 70]) func agreesWithTheDefinition(columns: Int) {
        let rows = 131
        let x = testNumbers([rows, columns], seed: 1) * 40, g = testNumbers([rows, columns], seed: 2)
        let powers = (x - x.maximum(along: 1, keepingAxes: true)).exp()
        let expected = powers / powers.sum(along: [1], keepingAxes: true)
        let gradient = expected * (g - (expected * g).sum(along: [1], keepingAxes: true))
        for set in runnableKernelSets {
            let y = mapped(x) { set.double.real.softmax($0, $1, rows, columns) }
            #expect(largestDifference(y, expected) <= 1e-14, "\(set.name), Double")
            let single = mapped(rounded(x)) { set.float.real.softmax($0, $1, rows, columns) }
            #expect(largestDifference(single, expected) <= 5e-6, "\(set.name), Float")
            let pulled = mapped(expected) { y, z in
                g.withUnsafeElements { set.double.real.softmax_pullback(y, $0.baseAddress, z, rows, columns) }
            }
            #expect(largestDifference(pulled, gradient) <= 1e-14, "\(set.name), Double")
            let singlePulled = mapped(rounded(expected)) { y, z in
                rounded(g).withUnsafeElements { set.float.real.softmax_pullback(y, $0.baseAddress, z, rows, columns) }
            }
            #expect(largestDifference(singlePulled, gradient) <= 5e-6, "\(set.name), Float")
        }
    }

    private func mapped<Scalar>(
        _ x: Tensor<Scalar>, by kernel: (UnsafeRawPointer?, UnsafeMutableRawPointer?) -> Void
    ) -> Tensor<Scalar> {
        Tensor(shape: x.shape) { z in x.withUnsafeElements { kernel($0.baseAddress, z.baseAddress) } }
    }
}
