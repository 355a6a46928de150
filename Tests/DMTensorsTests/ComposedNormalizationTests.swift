import DMTensors
import Foundation
import Testing

@Suite struct ComposedNormalizationTests {
    @Test(arguments: [(1, [2, 3, 2, 4]), (2, [2, 3, 2, 4]), (4, [1, 5, 4]), (3, [2, 3])])
    func eachGroupHasMean0AndVariance1(groups: Int, shape: [Int]) {
        let x = ramp(shape) * 3 + 5, channels = shape[shape.count - 1], share = channels / groups
        let scale = ramp([channels]), shift = ramp([channels]).squared()
        let y = x.groupNormalized(groups: groups, scale: scale, shift: shift, epsilon: 0.01)
        let members = Dictionary(grouping: positions(of: shape)) { [$0[0], $0[shape.count - 1] / share] }
        for places in members.values {
            let numbers = places.map { element(x, $0) }, mean = numbers.reduce(0, +) / Double(numbers.count)
            let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
            for (place, number) in zip(places, numbers) {
                let channel = [place[shape.count - 1]]
                let expected = (number - mean) / (variance + 0.01).squareRoot() * element(scale, channel) + element(shift, channel)
                #expect(abs(element(y, place) - expected) < 1e-12)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 5]) func responsesOfNeighbors(size: Int) {
        let x = ramp([2, 3, 6]) * 4, before = (size - 1) / 2
        let y = x.locallyNormalized(size: size, alpha: 0.5, beta: 0.75, bias: 2)
        for place in positions(of: [2, 3, 6]) {
            let around = (place[2] - before..<place[2] - before + size).filter { (0..<6).contains($0) }
            let squares = around.reduce(0) { $0 + pow(element(x, [place[0], place[1], $1]), 2) }
            #expect(abs(element(y, place) - element(x, place) * pow(2 + 0.5 / Double(size) * squares, -0.75)) < 1e-13)
        }
    }

    @Test func rowsDividedByTheRootOfTheirMeanSquare() {
        let x = Tensor<Double>([3, 4, 0, 5], shape: [2, 2]), scale = Tensor<Double>([1, 2])
        let roots = [12.5 + 0.5, 12.5 + 0.5].map { $0.squareRoot() }
        let expected = [3 / roots[0], 8 / roots[0], 0, 10 / roots[1]]
        #expect(isClose(x.rootMeanSquareNormalized(scale: scale, epsilon: 0.5), Tensor(expected, shape: [2, 2]), 1e-15))
    }

    @Test func groupsMustDivideTheChannels() async {
        await #expect(processExitsWith: .failure) { _ = ramp([2, 3]).groupNormalized(groups: 2, scale: ramp([3]), shift: ramp([3])) }
        await #expect(processExitsWith: .failure) { _ = ramp([2, 4]).groupNormalized(groups: 2, scale: ramp([2]), shift: ramp([4])) }
    }
}
