import DMTensors
import DMTestSupport
import Testing

/// One convolution: the extents that the tests run it with.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
    let x: [Int]
    let w: [Int]
    let geometry: Convolution2DGeometry

    init(_ x: [Int], _ w: [Int], stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1) {
        self.init(x, w, Convolution2DGeometry(stride: stride, padding: padding, dilation: dilation, groups: groups))
    }

    init(_ x: [Int], _ w: [Int], _ geometry: Convolution2DGeometry) {
        self.x = x
        self.w = w
        self.geometry = geometry
    }

    var testDescription: String {
        "\(x) * \(w), stride \(geometry.stride.height), padding \(geometry.padding), "
            + "dilation \(geometry.dilation.height), \(geometry.groups) groups"
    }

    static let all: [ConvolutionCase] = [
        // 1x1, in place and strided, with every kind of remainder.
        ConvolutionCase([1, 1, 1, 1], [1, 1, 1, 1]),
        ConvolutionCase([2, 5, 7, 3], [1, 1, 3, 5]),
        ConvolutionCase([1, 12, 12, 70], [1, 1, 70, 33]),
        ConvolutionCase([2, 6, 7, 5], [1, 1, 5, 4], stride: 2),
        ConvolutionCase([1, 5, 5, 3], [1, 1, 3, 2], padding: 1),
        ConvolutionCase([1, 5, 6, 6], [1, 1, 2, 9], groups: 3),
        // 3x3.
        ConvolutionCase([1, 9, 8, 3], [3, 3, 3, 7], padding: 1),
        ConvolutionCase([2, 7, 6, 16], [3, 3, 16, 32], padding: 1),
        ConvolutionCase([3, 10, 11, 17], [3, 3, 17, 40], padding: 1),
        ConvolutionCase([1, 12, 12, 64], [3, 3, 64, 64], padding: 1),
        ConvolutionCase([2, 8, 9, 5], [3, 3, 5, 6], stride: 2, padding: 1),
        ConvolutionCase([1, 9, 9, 33], [3, 3, 33, 20], stride: 2, padding: 1),
        ConvolutionCase([1, 11, 10, 4], [3, 3, 4, 3], padding: 2, dilation: 2),
        ConvolutionCase([1, 9, 9, 20], [3, 3, 20, 6], padding: 3, dilation: 3),
        ConvolutionCase([2, 9, 11, 3], [3, 3, 3, 4], stride: 2, padding: 2, dilation: 2),
        ConvolutionCase([1, 13, 12, 3], [3, 3, 3, 4], stride: 2, padding: 3, dilation: 3),
        ConvolutionCase([1, 14, 13, 2], [3, 3, 2, 3], stride: 3, padding: 1),
        ConvolutionCase([1, 8, 8, 2], [2, 2, 2, 3], stride: 3),
        // Taps that reach beyond the image: all of them, or all but the one in the middle.
        ConvolutionCase([1, 4, 4, 2], [3, 3, 2, 3], padding: 9, dilation: 9),
        // Channels enough that taps outside the image are left out, in one slice of the depth and in two.
        ConvolutionCase([2, 7, 6, 64], [3, 3, 64, 5], padding: 5, dilation: 5),
        ConvolutionCase([1, 5, 9, 400], [3, 3, 400, 3], padding: 6, dilation: 6),
        ConvolutionCase([1, 3, 4, 64], [3, 3, 64, 33], padding: 8, dilation: 8),
        ConvolutionCase([1, 3, 3, 64], [3, 2, 64, 4], padding: 7, dilation: 4),
        ConvolutionCase([2, 2, 2, 3], [5, 5, 3, 4], padding: 2),
        ConvolutionCase([1, 2, 3, 2], [5, 5, 2, 3]),
        ConvolutionCase([1, 3, 3, 2], [1, 1, 2, 2], padding: 3),
        // 5x3, 7x7, axes that differ.
        ConvolutionCase([2, 9, 8, 3], [5, 3, 3, 4], padding: 1),
        ConvolutionCase([1, 20, 22, 3], [7, 7, 3, 16], stride: 2, padding: 3),
        ConvolutionCase([1, 19, 150, 3], [7, 7, 3, 9], stride: 2, padding: 3),
        ConvolutionCase(
            [2, 9, 12, 4], [3, 5, 4, 3],
            Convolution2DGeometry(
                stride: HeightAndWidth(height: 1, width: 2), padding: HeightAndWidth(height: 2, width: 0),
                dilation: HeightAndWidth(height: 2, width: 1), groups: 1)),
        // Groups.
        // A padding of its own on each side.
        ConvolutionCase(
            [2, 6, 7, 3], [3, 3, 3, 4], Convolution2DGeometry(padding: ImagePadding(top: 2, bottom: 0, left: 1, right: 3))),
        ConvolutionCase(
            [1, 8, 9, 3], [3, 3, 3, 5], .same(input: HeightAndWidth(height: 8, width: 9), kernel: HeightAndWidth(3), stride: 2)),
        ConvolutionCase(
            [1, 8, 6, 5], [3, 3, 1, 5],
            .same(input: HeightAndWidth(height: 8, width: 6), kernel: HeightAndWidth(3), stride: 2, groups: 5)),
        ConvolutionCase([2, 7, 8, 4], [3, 3, 2, 6], padding: 1, groups: 2),
        ConvolutionCase([1, 9, 7, 6], [3, 3, 2, 9], stride: 2, padding: 1, groups: 3),
        ConvolutionCase([1, 6, 6, 4], [3, 3, 1, 8], padding: 1, groups: 4),
        // Depthwise.
        ConvolutionCase([2, 8, 7, 5], [3, 3, 1, 5], padding: 1, groups: 5),
        ConvolutionCase([1, 9, 9, 70], [3, 3, 1, 70], padding: 1, groups: 70),
        ConvolutionCase([2, 9, 8, 37], [3, 3, 1, 37], stride: 2, padding: 1, groups: 37),
        ConvolutionCase([1, 9, 8, 18], [5, 5, 1, 18], padding: 4, dilation: 2, groups: 18),
        // Nothing to do.
        ConvolutionCase([0, 5, 5, 2], [3, 3, 2, 4], padding: 1),
        ConvolutionCase([2, 5, 5, 2], [3, 3, 2, 0], padding: 1),
        ConvolutionCase([2, 5, 5, 0], [3, 3, 0, 2], padding: 1),
    ]
}

@Suite struct Convolution2DTests {
    @Test(arguments: ConvolutionCase.all) func agreesWithTheDefinition(_ test: ConvolutionCase) {
        let (x, w) = (testNumbers(test.x, seed: 1), testNumbers(test.w, seed: 2))
        let expected = referenceConvolution2D(x, w, test.geometry)
        let depth = Double(w.shape[0] * w.shape[1] * max(1, w.shape[2]))
        for set in runnableKernelSets {
            let y = convolution2D(x, w, test.geometry, kernels: set.double)
            #expect(y.shape == expected.shape)
            #expect(largestDifference(y, expected) <= 1e-15 * depth, "\(set.name), Double")
            let single = convolution2D(rounded(x), rounded(w), test.geometry, kernels: set.float)
            #expect(largestDifference(single, expected) <= 5e-7 * depth, "\(set.name), Float")
        }
    }

    // Convolution is linear in its input and in its weights: <dy, conv(x, w)> = <dx, x> = <dw, w> for every x, w and dy.
    // Several independent x (or w) pin the whole gradient down.
    @Test(arguments: ConvolutionCase.all) func gradientsAreAdjoint(_ test: ConvolutionCase) {
        let (x, w) = (testNumbers(test.x, seed: 3), testNumbers(test.w, seed: 4))
        let dy = testNumbers(referenceConvolution2D(x, w, test.geometry).shape, seed: 5)
        for set in runnableKernelSets {
            let dx = convolution2DInputGradient(dy, w, inputShape: x.shape, test.geometry, kernels: set.double)
            let dw = convolution2DWeightGradient(x, dy, weightShape: w.shape, test.geometry, kernels: set.double)
            #expect(dx.shape == x.shape && dw.shape == w.shape)
            let tolerance = 1e-13 * Double(1 + dy.count)
            for seed in 10..<UInt64(14) {
                let (otherX, otherW) = (testNumbers(test.x, seed: seed), testNumbers(test.w, seed: seed))
                let fromX = dotProduct(dy, referenceConvolution2D(otherX, w, test.geometry))
                #expect(abs(dotProduct(dx, otherX) - fromX) <= tolerance, "\(set.name), input")
                let fromW = dotProduct(dy, referenceConvolution2D(x, otherW, test.geometry))
                #expect(abs(dotProduct(dw, otherW) - fromW) <= tolerance, "\(set.name), weights")
            }
            let singleDx = convolution2DInputGradient(
                rounded(dy), rounded(w), inputShape: x.shape, test.geometry, kernels: set.float)
            #expect(largestDifference(singleDx, dx) <= 5e-7 * Double(w.shape[0] * w.shape[1] * max(1, w.shape[3])), "\(set.name)")
            let singleDw = convolution2DWeightGradient(
                rounded(x), rounded(dy), weightShape: w.shape, test.geometry, kernels: set.float)
            #expect(largestDifference(singleDw, dw) <= 5e-7 * Double(1 + dy.shape[0] * dy.shape[1] * dy.shape[2]), "\(set.name)")
        }
    }

    @Test func samePaddingKeepsTheSize() {
        let geometry = Convolution2DGeometry.same(kernel: HeightAndWidth(height: 5, width: 3), dilation: 2)
        #expect(geometry.padding == ImagePadding(HeightAndWidth(height: 4, width: 2)))
        let input = HeightAndWidth(height: 9, width: 4)
        #expect(geometry.outputSize(input: input, kernel: HeightAndWidth(height: 5, width: 3)) == input)
    }

    @Test(arguments: [(8, 3, 2, 1), (9, 3, 2, 1), (7, 2, 1, 1), (10, 5, 3, 2), (3, 1, 2, 1)])
    func sameDividesTheSizeByTheStride(input: Int, kernel: Int, stride: Int, dilation: Int) {
        let (input, kernel) = (HeightAndWidth(input), HeightAndWidth(kernel))
        let geometry = Convolution2DGeometry.same(input: input, kernel: kernel, stride: stride, dilation: dilation)
        #expect(geometry.outputSize(input: input, kernel: kernel) == HeightAndWidth((input.height + stride - 1) / stride))
        #expect([0, 1].contains(geometry.padding.bottom - geometry.padding.top))
        #expect(geometry.padding.left == geometry.padding.top && geometry.padding.right == geometry.padding.bottom)
    }

    @Test func paddingMustNotBeNegative() async {
        await #expect(processExitsWith: .failure) {
            _ = Convolution2DGeometry(padding: ImagePadding(top: 0, bottom: -1, left: 0, right: 0))
        }
    }

    @Test func channelsMustMatch() async {
        await #expect(processExitsWith: .failure) {
            _ = convolution2D(Tensor<Float>(repeating: 0, shape: [1, 4, 4, 3]), Tensor<Float>(repeating: 0, shape: [3, 3, 4, 2]))
        }
    }

    @Test func groupsMustDivideTheOutputChannels() async {
        await #expect(processExitsWith: .failure) {
            _ = convolution2D(
                Tensor<Float>(repeating: 0, shape: [1, 4, 4, 4]), Tensor<Float>(repeating: 0, shape: [3, 3, 2, 3]),
                Convolution2DGeometry(groups: 2))
        }
    }

    @Test func strideMustBePositive() async {
        await #expect(processExitsWith: .failure) { _ = Convolution2DGeometry(stride: 0) }
    }

    @Test func sameNeedsAnOddKernel() async {
        await #expect(processExitsWith: .failure) { _ = Convolution2DGeometry.same(kernel: 4) }
    }
}

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
