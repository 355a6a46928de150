import DMTensors
import Foundation
import Testing

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
