import DMTensors
import Foundation
import Testing

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
