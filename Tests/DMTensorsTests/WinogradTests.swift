import DMTensors
import DMTestSupport
import Testing

/// Winograd's minimal filtering, in every instruction set and both tile sizes, against the definition.
@Suite struct WinogradTests {
    /// Odd sizes, channels that fill no vector, tiles beyond the image, every padding, phases of several sizes, several
    /// blocks of tiles and of channels, nothing to do.
    static let cases: [ConvolutionCase] = [
        ConvolutionCase([1, 1, 1, 1], [3, 3, 1, 1], padding: 1),
        ConvolutionCase([2, 7, 6, 5], [3, 3, 5, 3], padding: 1),
        ConvolutionCase([1, 9, 11, 17], [3, 3, 17, 33], padding: 1),
        ConvolutionCase([1, 8, 13, 16], [3, 3, 16, 70]),
        ConvolutionCase([1, 5, 4, 3], [3, 3, 3, 4], padding: 3),
        ConvolutionCase([2, 12, 12, 6], [3, 3, 6, 8], padding: 2, dilation: 2),
        ConvolutionCase([1, 11, 10, 4], [3, 3, 4, 3], padding: 3, dilation: 3),
        ConvolutionCase([1, 5, 7, 2], [3, 3, 2, 3], padding: 6, dilation: 6),
        ConvolutionCase(
            [2, 9, 12, 4], [3, 3, 4, 3],
            Convolution2DGeometry(
                stride: HeightAndWidth(1), padding: HeightAndWidth(height: 2, width: 0),
                dilation: HeightAndWidth(height: 1, width: 2), groups: 1)),
        ConvolutionCase([1, 6, 7, 3], [3, 3, 3, 4], Convolution2DGeometry(padding: ImagePadding(top: 2, bottom: 0, left: 1, right: 3))),
        ConvolutionCase([3, 40, 41, 8], [3, 3, 8, 20], padding: 1),
        ConvolutionCase([1, 12, 12, 150], [3, 3, 150, 8], padding: 1),
        ConvolutionCase([0, 5, 5, 2], [3, 3, 2, 4], padding: 1),
        ConvolutionCase([1, 2, 2, 2], [3, 3, 2, 4]),
        ConvolutionCase([2, 5, 5, 2], [3, 3, 2, 0], padding: 1),
        ConvolutionCase([2, 5, 5, 0], [3, 3, 0, 2], padding: 1),
    ]

    @Test(arguments: cases, [2, 4]) func agreesWithTheDefinition(_ test: ConvolutionCase, tile: Int) {
        let (x, w) = (testNumbers(test.x, seed: 1), testNumbers(test.w, seed: 2))
        let expected = referenceConvolution2D(x, w, test.geometry)
        let depth = Double(9 * max(1, w.shape[2]))
        for set in runnableKernelSets {
            let y = convolution2D(x, w, test.geometry, kernels: set.double, algorithm: .winograd(tile: tile))
            #expect(y.shape == expected.shape)
            #expect(largestDifference(y, expected) <= 1e-14 * depth, "\(set.name), Double")
            let single = convolution2D(rounded(x), rounded(w), test.geometry, kernels: set.float, algorithm: .winograd(tile: tile))
            #expect(largestDifference(single, expected) <= 5e-6 * depth, "\(set.name), Float")
        }
    }

    /// So many channels that threads share them out (transformed weights of `Float` from 6 MiB on, which 330 x 300 have with
    /// the smaller tile): in blocks of tiles, of source and of result channels that are not all full.
    static let manyChannels: [ConvolutionCase] = [
        ConvolutionCase([5, 9, 11, 330], [3, 3, 330, 300], padding: 1),
        ConvolutionCase([2, 7, 10, 301], [3, 3, 301, 333], padding: 2, dilation: 2),
    ]

    @Test(arguments: manyChannels, [2, 4]) func manyChannelsAgreeWithTheDirectSum(_ test: ConvolutionCase, tile: Int) {
        let (x, w) = (testNumbers(test.x, seed: 10), testNumbers(test.w, seed: 11))
        let expected = convolution2D(x, w, test.geometry, kernels: Double.kernelTables, algorithm: .direct)
        let depth = Double(9 * w.shape[2])
        for set in runnableKernelSets {
            let y = convolution2D(x, w, test.geometry, kernels: set.double, algorithm: .winograd(tile: tile))
            #expect(largestDifference(y, expected) <= 1e-14 * depth, "\(set.name), Double")
            let single = convolution2D(rounded(x), rounded(w), test.geometry, kernels: set.float, algorithm: .winograd(tile: tile))
            #expect(largestDifference(single, expected) <= 5e-6 * depth, "\(set.name), Float")
        }
    }

    @Test(arguments: cases + manyChannels, [2, 4]) func gradientsAgreeWithDirectOnes(_ test: ConvolutionCase, tile: Int) {
        let (x, w) = (testNumbers(test.x, seed: 3), testNumbers(test.w, seed: 4))
        let dy = testNumbers(convolution2D(x, w, test.geometry).shape, seed: 5)
        let dx = convolution2DInputGradient(dy, w, inputShape: x.shape, test.geometry, algorithm: .direct)
        let dw = convolution2DWeightGradient(x, dy, weightShape: w.shape, test.geometry, algorithm: .direct)
        let algorithm = ConvolutionAlgorithm.winograd(tile: tile)
        let sums = Double(1 + dy.shape[0] * dy.shape[1] * dy.shape[2]), depth = Double(9 * max(1, w.shape[3]))
        for set in runnableKernelSets {
            let fromX = convolution2DInputGradient(
                dy, w, inputShape: x.shape, test.geometry, kernels: set.double, algorithm: algorithm)
            #expect(largestDifference(fromX, dx) <= 1e-14 * depth, "\(set.name), input")
            let fromW = convolution2DWeightGradient(
                x, dy, weightShape: w.shape, test.geometry, kernels: set.double, algorithm: algorithm)
            #expect(largestDifference(fromW, dw) <= 1e-14 * sums, "\(set.name), weights")
            let singleX = convolution2DInputGradient(
                rounded(dy), rounded(w), inputShape: x.shape, test.geometry, kernels: set.float, algorithm: algorithm)
            #expect(largestDifference(singleX, dx) <= 5e-6 * depth, "\(set.name), input, Float")
            let singleW = convolution2DWeightGradient(
                rounded(x), rounded(dy), weightShape: w.shape, test.geometry, kernels: set.float, algorithm: algorithm)
            #expect(largestDifference(singleW, dw) <= 5e-6 * sums, "\(set.name), weights, Float")
        }
    }

    /// The largest error over the root mean square of the result, where a network uses each tile.
    @Test func errorsStayWhereTheyWereMeasured() {
        let (x, w) = (testNumbers([2, 24, 24, 64], seed: 6), testNumbers([3, 3, 64, 64], seed: 7))
        let geometry = Convolution2DGeometry.same(kernel: 3)
        let y = convolution2D(x, w, geometry)
        let dx = convolution2DInputGradient(y, w, inputShape: x.shape, geometry)
        let dw = convolution2DWeightGradient(x, y, weightShape: w.shape, geometry)
        let (x32, y32, w32) = (rounded(x), rounded(y), rounded(w))
        for (algorithm, limit) in [(ConvolutionAlgorithm.direct, 1e-5), (.winograd(tile: 2), 1e-5), (.winograd(tile: 4), 1e-4)] {
            let errors = [
                relativeError(convolution2D(x32, w32, geometry, kernels: Float.kernelTables, algorithm: algorithm), y),
                relativeError(convolution2DInputGradient(y32, w32, inputShape: x.shape, geometry, algorithm: algorithm), dx),
                relativeError(convolution2DWeightGradient(x32, y32, weightShape: w.shape, geometry, algorithm: algorithm), dw),
            ]
            print("largest error over RMS, \(algorithm): forward \(errors[0]), input \(errors[1]), weights \(errors[2])")
            #expect(errors.allSatisfy { $0 <= limit }, "\(algorithm)")
        }
    }

    private func relativeError(_ x: Tensor<Float>, _ expected: Tensor<Double>) -> Double {
        largestDifference(x, expected) / expected.squared().mean().squareRoot()
    }

    @Test(arguments: [1, 2], [32, 400]) func theNumberOfThreadsChangesNoBit(dilation: Int, channels: Int) {
        let (height, width) = channels > 32 ? (10, 9) : (33, 40)
        let x = rounded(testNumbers([3, height, width, channels], seed: 8))
        let w = rounded(testNumbers([3, 3, channels, channels + 16], seed: 9))
        let geometry = Convolution2DGeometry.same(kernel: 3, dilation: dilation)
        for algorithm in [ConvolutionAlgorithm.winograd(tile: 2), .winograd(tile: 4)] {
            expectSameBits {
                let y = convolution2D(x, w, geometry, kernels: Float.kernelTables, algorithm: algorithm)
                return [
                    y, convolution2DInputGradient(y, w, inputShape: x.shape, geometry, algorithm: algorithm),
                    convolution2DWeightGradient(x, y, weightShape: w.shape, geometry, algorithm: algorithm),
                ]
            }
        }
    }
}
