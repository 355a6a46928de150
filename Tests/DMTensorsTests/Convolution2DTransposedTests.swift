import DMTensors
import DMTestSupport
import Testing

@Suite struct Convolution2DTransposedTests {
    private static let cases: [(x: [Int], w: [Int], Convolution2DGeometry, outputPadding: HeightAndWidth)] = [
        ([1, 3, 4, 2], [3, 3, 3, 2], Convolution2DGeometry(), HeightAndWidth(0)),
        ([2, 4, 3, 3], [3, 2, 4, 3], Convolution2DGeometry(stride: 2, padding: 1), HeightAndWidth(1)),
        ([1, 3, 3, 4], [2, 2, 3, 4], Convolution2DGeometry(stride: 3, groups: 2), HeightAndWidth(height: 2, width: 0)),
        ([1, 5, 4, 2], [3, 3, 5, 2], Convolution2DGeometry(padding: 2, dilation: 2), HeightAndWidth(0)),
        (
            [1, 3, 2, 6], [3, 3, 1, 6],
            Convolution2DGeometry(stride: HeightAndWidth(2), padding: ImagePadding(top: 0, bottom: 1, left: 1, right: 0), groups: 6),
            HeightAndWidth(0)
        ),
    ]

    @Test(arguments: cases.indices) func spreadsEveryPixel(index: Int) {
        let (xShape, wShape, geometry, outputPadding) = Self.cases[index]
        let x = testNumbers(xShape, seed: 1), w = testNumbers(wShape, seed: 2)
        let y = convolution2DTransposed(x, w, geometry, outputPadding: outputPadding)
        var expected = Tensor<Double>(repeating: 0, shape: y.shape).scalars
        let (height, width, outputs) = (y.shape[1], y.shape[2], y.shape[3])
        let (groupInputs, groupOutputs) = (xShape[3] / geometry.groups, wShape[2])
        for place in positions(of: xShape) {
            for tap in positions(of: wShape) where tap[3] == place[3] {
                let row = place[1] * geometry.stride.height + tap[0] * geometry.dilation.height - geometry.padding.top
                let column = place[2] * geometry.stride.width + tap[1] * geometry.dilation.width - geometry.padding.left
                guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                let output = place[3] / groupInputs * groupOutputs + tap[2]
                expected[((place[0] * height + row) * width + column) * outputs + output] += element(x, place) * element(w, tap)
            }
        }
        let reach = geometry.dilation.height * (wShape[0] - 1) + 1
        let smallest = (xShape[1] - 1) * geometry.stride.height + reach - geometry.padding.total.height
        #expect(height == smallest + outputPadding.height)
        #expect(outputs == wShape[2] * geometry.groups)
        #expect(largestDifference(y, Tensor(expected, shape: y.shape)) <= 1e-13)
    }

    @Test func channelsMustMatch() async {
        await #expect(processExitsWith: .failure) { _ = convolution2DTransposed(ramp([1, 2, 2, 3]), ramp([1, 1, 2, 2])) }
        await #expect(processExitsWith: .failure) {
            _ = convolution2DTransposed(ramp([1, 2, 2, 2]), ramp([1, 1, 2, 2]), outputPadding: HeightAndWidth(1))
        }
    }
}
