import DMTensors
import DMTestSupport
import Foundation
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

@Suite struct GridSampledTests {
    /// The positions of the pixels of an image themselves.
    private func pixelCenters(_ height: Int, _ width: Int, alignsCorners: Bool) -> Tensor<Double> {
        func coordinate(_ i: Int, _ extent: Int) -> Double {
            alignsCorners ? (extent > 1 ? 2 * Double(i) / Double(extent - 1) - 1 : 0) : (2 * Double(i) + 1) / Double(extent) - 1
        }
        let numbers = (0..<height).flatMap { r in (0..<width).flatMap { [coordinate($0, width), coordinate(r, height)] } }
        return Tensor(numbers, shape: [1, height, width, 2])
    }

    @Test(arguments: [GridSampling.Interpolation.nearest, .bilinear, .bicubic], [false, true])
    func pixelCentersReadThePixels(interpolation: GridSampling.Interpolation, alignsCorners: Bool) {
        let x = ramp([1, 4, 5, 3])
        for border in [GridSampling.Border.zero, .edge, .reflection] {
            let sampling = GridSampling(interpolation, border: border, alignsCorners: alignsCorners)
            #expect(isClose(gridSampled(x, at: pixelCenters(4, 5, alignsCorners: alignsCorners), sampling), x, 1e-12))
        }
    }

    @Test func bilinearAgreesWithItsDefinition() {
        let x = ramp([2, 3, 4, 2]), grid = ramp([2, 2, 5, 2]) * 1.4
        let y = gridSampled(x, at: grid)
        for place in positions(of: y.shape) {
            let u = (element(grid, Array(place[..<3]) + [0]) + 1) * 2 - 0.5, v = (element(grid, Array(place[..<3]) + [1]) + 1) * 1.5 - 0.5
            var expected = 0.0
            for row in 0..<3 {
                for column in 0..<4 {
                    let weight = max(0, 1 - abs(u - Double(column))) * max(0, 1 - abs(v - Double(row)))
                    expected += weight * element(x, [place[0], row, column, place[3]])
                }
            }
            #expect(abs(element(y, place) - expected) < 1e-13)
        }
    }

    @Test func whatLiesOutside() {
        let x = Tensor<Double>([1, 2, 3, 4], shape: [1, 1, 4, 1])
        // In pixels: -2, -1/2, 3.5, 5.
        let grid = Tensor<Double>([-1.75, 0, -1, 0, 1, 0, 1.75, 0], shape: [1, 1, 4, 2])
        func read(_ border: GridSampling.Border) -> [Double] { gridSampled(x, at: grid, GridSampling(border: border)).scalars }
        #expect(read(.zero) == [0, 0.5, 2, 0])
        #expect(read(.edge) == [1, 1, 4, 4])
        #expect(read(.reflection) == [2, 1, 4, 3])
    }

    @Test func noImagesStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = gridSampled(ramp([1, 0, 2, 1]), at: ramp([1, 1, 1, 2])) }
        await #expect(processExitsWith: .failure) { _ = gridSampled(ramp([1, 2, 2, 1]), at: ramp([1, 1, 1, 3])) }
    }
}
