import DMTensors
import DMTestSupport
import Testing

/// One pooling: the extents that the tests run it with.
struct PoolingCase: CustomTestStringConvertible, Sendable {
    let x: [Int]
    let window: PoolingWindow

    var testDescription: String { "\(x), \(window)" }

    init(_ x: [Int], _ window: PoolingWindow) {
        self.x = x
        self.window = window
    }

    func plan(countsPadding: Bool = false) -> PoolingPlan { PoolingPlan("test", inputShape: x, window, countsPadding: countsPadding) }

    /// For each result pixel, channel by channel, the source elements that lie in its window, and how many pixels of
    /// image and padding it sees.
    func windows() -> [(elements: [Int], paddedSize: Int)] {
        let (height, width, channels) = (x[1], x[2], x[3])
        let padding = window.padding
        let rows = places(height, padding.top, padding.bottom, \.height), columns = places(width, padding.left, padding.right, \.width)
        return (0..<x[0]).flatMap { n in
            rows.flatMap { rows in
                columns.flatMap { columns in
                    (0..<channels).map { c in
                        let inside = (rows.filter((0..<height).contains), columns.filter((0..<width).contains))
                        return (
                            inside.0.flatMap { r in inside.1.map { ((n * height + r) * width + $0) * channels + c } },
                            rows.count * columns.count
                        )
                    }
                }
            }
        }
    }

    /// For each window along one axis the places in image and padding that it looks at.
    private func places(_ extent: Int, _ before: Int, _ after: Int, _ axis: KeyPath<HeightAndWidth, Int>) -> [[Int]] {
        let steps = (0..<window.size[keyPath: axis]).map { $0 * window.dilation[keyPath: axis] }
        var places: [[Int]] = []
        var start = -before
        while start + steps.last! < extent + after || (window.roundsUp && start < extent) {
            places.append(steps.map { start + $0 }.filter { $0 < extent + after })
            if start + steps.last! >= extent + after - 1 { break }
            start += window.stride[keyPath: axis]
        }
        return places
    }

    static let all = [
        PoolingCase([1, 4, 4, 1], PoolingWindow(2)),
        PoolingCase([2, 7, 6, 5], PoolingWindow(3, stride: 2, padding: 1)),
        PoolingCase([1, 6, 9, 70], PoolingWindow(3, stride: 1, padding: 1)),
        PoolingCase([3, 5, 5, 17], PoolingWindow(2, stride: 3, padding: 1)),
        PoolingCase([1, 8, 7, 130], PoolingWindow(4, stride: 2, padding: 2)),
        PoolingCase([2, 1, 1, 3], PoolingWindow(3, stride: 1, padding: 2)),
        PoolingCase([1, 3, 3, 2], PoolingWindow(1)),
        PoolingCase([0, 4, 4, 2], PoolingWindow(2)),
        // Each axis and each side with numbers of its own.
        PoolingCase(
            [2, 9, 8, 3],
            PoolingWindow(
                size: HeightAndWidth(height: 3, width: 2), stride: HeightAndWidth(height: 2, width: 1),
                padding: ImagePadding(top: 2, bottom: 0, left: 0, right: 1))),
        // Taps apart from each other; the second sees no pixel at all from some places.
        PoolingCase(
            [1, 9, 10, 5],
            PoolingWindow(
                size: HeightAndWidth(3), stride: HeightAndWidth(1), padding: ImagePadding(2),
                dilation: HeightAndWidth(height: 2, width: 3))),
        PoolingCase(
            [1, 1, 2, 2],
            PoolingWindow(size: HeightAndWidth(2), stride: HeightAndWidth(1), padding: ImagePadding(1), dilation: HeightAndWidth(3))),
        // A last window that reaches beyond the padding.
        PoolingCase(
            [1, 6, 7, 4],
            PoolingWindow(
                size: HeightAndWidth(3), stride: HeightAndWidth(2), padding: ImagePadding(top: 0, bottom: 1, left: 1, right: 0),
                roundsUp: true)),
        PoolingCase(
            [1, 4, 4, 4], PoolingWindow(size: HeightAndWidth(2), stride: HeightAndWidth(3), padding: ImagePadding(1), roundsUp: true)),
    ]
}

@Suite struct PoolingTests {
    @Test(arguments: PoolingCase.all) func maximaAgreeWithTheDefinition(_ test: PoolingCase) {
        // Few different numbers, so that windows hold several maxima.
        let x = Tensor(testNumbers(test.x, seed: 1).scalars.map { ($0 * 4).rounded() }, shape: test.x)
        let numbers = x.scalars
        let windows = test.windows().map(\.elements)
        let expected = windows.map { $0.map { numbers[$0] }.max() ?? -.infinity }
        for set in runnableKernelSets {
            let y = x.maxPooled(test.plan(), kernels: set.double)
            #expect(y.scalars == expected, "\(set.name), Double")
            #expect(rounded(x).maxPooled(test.plan(), kernels: set.float).scalars.map(Double.init) == expected, "\(set.name), Float")

            let dy = testNumbers(y.shape, seed: 2)
            var dx = [Double](repeating: 0, count: x.count)
            for (window, gradient) in zip(windows, dy.scalars) {
                if let first = window.first(where: { numbers[$0] == window.map { numbers[$0] }.max() }) { dx[first] += gradient }
            }
            let expectedGradient = Tensor(dx, shape: x.shape)
            #expect(largestDifference(x.maxPooledGradient(dy, test.plan(), kernels: set.double), expectedGradient) <= 1e-14)
            let single = rounded(x).maxPooledGradient(rounded(dy), test.plan(), kernels: set.float)
            #expect(largestDifference(single, expectedGradient) <= 1e-5)
        }
    }

    @Test(arguments: PoolingCase.all, [false, true]) func averagesAgreeWithTheDefinition(_ test: PoolingCase, countsPadding: Bool) {
        let x = testNumbers(test.x, seed: 3)
        let numbers = x.scalars
        let windows = test.windows()
        let sizes = windows.map { Double(max(1, countsPadding ? $0.paddedSize : $0.elements.count)) }
        let plan = test.plan(countsPadding: countsPadding)
        for set in runnableKernelSets {
            let y = x.averagePooled(plan, kernels: set.double)
            let expected = Tensor(zip(windows, sizes).map { $0.elements.map { numbers[$0] }.reduce(0, +) / $1 }, shape: y.shape)
            #expect(largestDifference(y, expected) <= 1e-14, "\(set.name), Double")
            #expect(largestDifference(rounded(x).averagePooled(plan, kernels: set.float), expected) <= 1e-5, "\(set.name), Float")

            let dy = testNumbers(y.shape, seed: 4)
            var dx = [Double](repeating: 0, count: x.count)
            for ((window, size), gradient) in zip(zip(windows, sizes), dy.scalars) {
                for element in window.elements { dx[element] += gradient / size }
            }
            let expectedGradient = Tensor(dx, shape: x.shape)
            #expect(largestDifference(.averagePooledGradient(dy, plan, kernels: set.double), expectedGradient) <= 1e-14)
            let single = Tensor<Float>.averagePooledGradient(rounded(dy), plan, kernels: set.float)
            #expect(largestDifference(single, expectedGradient) <= 1e-5)
        }
    }

    @Test func maximaKeepNaN() {
        let x = Tensor<Float>([1, .nan, 3, 4], shape: [1, 2, 2, 1])
        #expect(x.maxPooled(window: 2).scalar.isNaN)
        #expect(Tensor<Float>([.nan, 1, 3, 4], shape: [1, 2, 2, 1]).maxPooled(window: 2).scalar.isNaN)
    }

    @Test func theStrideIsTheWindowByDefault() {
        let x = Tensor<Float>((0..<16).map { Float($0) }, shape: [1, 4, 4, 1])
        #expect(x.maxPooled(window: 2) == Tensor([5, 7, 13, 15], shape: [1, 2, 2, 1]))
        #expect(x.averagePooled(window: 2) == Tensor([2.5, 4.5, 10.5, 12.5], shape: [1, 2, 2, 1]))
    }

    @Test func paddingMustBeSmallerThanTheWindow() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor<Float>(repeating: 0, shape: [1, 4, 4, 1]).maxPooled(window: 2, padding: 2)
        }
    }

    @Test func dilationMustBePositive() async {
        await #expect(processExitsWith: .failure) {
            _ = PoolingWindow(size: HeightAndWidth(2), dilation: HeightAndWidth(height: 0, width: 1))
        }
    }

    @Test func pooledIsAFeatureMap() async {
        await #expect(processExitsWith: .failure) { _ = Tensor<Float>(repeating: 0, shape: [4, 4, 1]).averagePooled(window: 2) }
    }
}
