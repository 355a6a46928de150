import DMTensors
import DMTestSupport
import Testing

@Suite struct ResampledTests {
    @Test(arguments: [(5, 8), (5, 3), (1, 4), (6, 6), (4, 1)]) func agreesWithTheFastPaths(source: Int, target: Int) {
        let x = ramp([2, source, 3, 2])
        func resampled(_ way: Resampling) -> Tensor<Double> { x.resampled(along: 1, to: target, way).resampled(along: 2, to: 5, way) }
        #expect(isClose(resampled(Resampling(.linear)), x.resized(height: target, width: 5, alignsCorners: false), 1e-14))
        #expect(isClose(resampled(Resampling(.linear, .alignedCorners)), x.resized(height: target, width: 5, alignsCorners: true), 1e-14))
        #expect(resampled(Resampling(.nearest(.halfUp))) == x.resizedNearest(height: target, width: 5, alignsCorners: false))
    }

    @Test func cubicConvolutionOfADoubledAxis() {
        // At a quarter between two positions the weights with a = -3/4 are these.
        let weights = [-0.10546875, 0.87890625, 0.26171875, -0.03515625]
        let x = Tensor<Double>([1, 5, 2, 8, 3, 4, 9, 7]), y = x.resampled(along: 0, to: 16, Resampling(.cubic()))
        #expect(y.shape == [16])
        let expected = dotProduct(Tensor(weights), Tensor([2, 8, 3, 4]))
        #expect(abs(y.scalars[7] - expected) < 1e-14)
    }

    @Test(arguments: [
        Resampling(.linear, antialiases: true, excludesOutside: true), Resampling(.cubic(), antialiases: true),
        Resampling(.cubic(a: -0.5), excludesOutside: true), Resampling(.linear, .halfPixelSymmetric),
        Resampling(.nearest(.down), .asymmetric),
    ]) func weightsAddUpToOne(way: Resampling) {
        let ones = Tensor<Double>(repeating: 1, shape: [3, 10])
        for extent in [1, 4, 10, 23] {
            #expect(isClose(ones.resampled(along: 1, to: extent, way), Tensor(repeating: 1, shape: [3, extent]), 1e-13))
        }
    }

    @Test func antialiasingCountsEveryPosition() {
        // Halving with a triangle of width 4: 16 / 8 + 3 · 24 / 8 + 3 · 8 / 8 + 0 / 8.
        let x = Tensor<Double>([8, 16, 24, 8, 0, 80])
        let y = x.resampled(along: 0, to: 3, Resampling(.linear, antialiases: true))
        #expect(isClose(y.sliced(along: 0, from: 1, to: 2), Tensor([14]), 1e-14))
    }

    @Test func aRegionAndWhatLiesOutside() {
        let x = Tensor<Double>([0, 10, 20, 30])
        let way = Resampling(.linear, .region(start: 1.0 / 3, end: 4.0 / 3, outside: -1))
        #expect(isClose(x.resampled(along: 0, to: 4, way), Tensor([10, 20, 30, -1]), 1e-14))
    }

    @Test func roundingOfHalves() {
        let x = Tensor<Double>([0, 1, 2, 3])
        func read(_ rounding: Resampling.Rounding) -> [Double] { x.resampled(along: 0, to: 2, Resampling(.nearest(rounding))).scalars }
        #expect(read(.halfDown) == [0, 2] && read(.halfUp) == [1, 3] && read(.down) == [0, 2] && read(.up) == [1, 3])
    }

    @Test func wrongAxesStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ramp([3]).resampled(along: 1, to: 2, Resampling(.linear)) }
        await #expect(processExitsWith: .failure) { _ = ramp([0]).resampled(along: 0, to: 2, Resampling(.linear)) }
    }
}
