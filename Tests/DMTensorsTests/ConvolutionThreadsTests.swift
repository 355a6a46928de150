import DMTensors
import DMTestSupport
import Testing

@Suite struct ConvolutionThreadsTests {
    /// Enough positions for several parts of the gradient of the weights.
    static let cases = [
        ConvolutionCase([3, 30, 31, 20], [3, 3, 20, 40], padding: 1),
        ConvolutionCase([2, 41, 30, 6], [3, 3, 3, 8], stride: 2, padding: 1, groups: 2),
        ConvolutionCase([2, 40, 40, 3], [7, 7, 3, 20], stride: 2, padding: 3),
        ConvolutionCase([2, 20, 20, 70], [3, 3, 1, 70], padding: 1, groups: 70),
        ConvolutionCase([4, 24, 24, 64], [1, 1, 64, 100]),
    ]

    @Test(arguments: cases) func theNumberOfThreadsChangesNoBit(_ test: ConvolutionCase) {
        let x = rounded(testNumbers(test.x, seed: 1)), w = rounded(testNumbers(test.w, seed: 2))
        expectSameBits {
            let y = convolution2D(x, w, test.geometry)
            return [
                y, convolution2DInputGradient(y, w, inputShape: x.shape, test.geometry),
                convolution2DWeightGradient(x, y, weightShape: w.shape, test.geometry),
            ]
        }
    }

    @Test func poolingToo() {
        let x = rounded(testNumbers([3, 33, 20, 70], seed: 3))
        let plan = PoolingPlan("test", inputShape: x.shape, PoolingWindow(3, stride: 2, padding: 1))
        expectSameBits {
            let (y, z) = (x.maxPooled(plan), x.averagePooled(plan))
            return [y, z, x.maxPooledGradient(y, plan), .averagePooledGradient(z, plan)]
        }
    }
}
