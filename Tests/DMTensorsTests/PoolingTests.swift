import DMTensors
import DMTestSupport
import Testing

/// One pooling: the extents that the tests run it with.
struct PoolingCase: CustomTestStringConvertible, Sendable {
    let x: [Int]
    let window: Int
    let stride: Int
    let padding: Int

    var testDescription: String { "\(x), window \(window), stride \(stride), padding \(padding)" }

    func plan(countsPadding: Bool = false) -> PoolingPlan {
        PoolingPlan("test", inputShape: x, window: window, stride: stride, padding: padding, countsPadding: countsPadding)
    }

    /// For each result pixel, channel by channel, the source elements that lie in its window.
    func windows() -> [[Int]] {
        let (height, width, channels) = (x[1], x[2], x[3])
        func starts(_ extent: Int) -> [Int] {
            Array(stride(from: -padding, through: extent + padding - window, by: stride))
        }
        var windows: [[Int]] = []
        for n in 0..<x[0] {
            for row in starts(height) {
                for column in starts(width) {
                    for c in 0..<channels {
                        let rows = max(0, row)..<min(height, row + window), columns = max(0, column)..<min(width, column + window)
                        windows.append(rows.flatMap { r in columns.map { ((n * height + r) * width + $0) * channels + c } })
                    }
                }
            }
        }
        return windows
    }

    private func stride(from first: Int, through last: Int, by step: Int) -> StrideThrough<Int> {
        Swift.stride(from: first, through: last, by: step)
    }

    static let all = [
        PoolingCase(x: [1, 4, 4, 1], window: 2, stride: 2, padding: 0),
        PoolingCase(x: [2, 7, 6, 5], window: 3, stride: 2, padding: 1),
        PoolingCase(x: [1, 6, 9, 70], window: 3, stride: 1, padding: 1),
        PoolingCase(x: [3, 5, 5, 17], window: 2, stride: 3, padding: 1),
        PoolingCase(x: [1, 8, 7, 130], window: 4, stride: 2, padding: 2),
        PoolingCase(x: [2, 1, 1, 3], window: 3, stride: 1, padding: 2),
        PoolingCase(x: [1, 3, 3, 2], window: 1, stride: 1, padding: 0),
        PoolingCase(x: [0, 4, 4, 2], window: 2, stride: 2, padding: 0),
    ]
}

@Suite struct PoolingTests {
    @Test(arguments: PoolingCase.all) func maximaAgreeWithTheDefinition(_ test: PoolingCase) {
        // Few different numbers, so that windows hold several maxima.
        let x = Tensor(testNumbers(test.x, seed: 1).scalars.map { ($0 * 4).rounded() }, shape: test.x)
        let numbers = x.scalars
        let windows = test.windows()
        let expected = windows.map { $0.map { numbers[$0] }.max() ?? -.infinity }
        for set in runnableKernelSets {
            let y = x.maximumPooled(test.plan(), kernels: set.double)
            #expect(y.scalars == expected, "\(set.name), Double")
            #expect(rounded(x).maximumPooled(test.plan(), kernels: set.float).scalars.map(Double.init) == expected, "\(set.name), Float")

            let dy = testNumbers(y.shape, seed: 2)
            var dx = [Double](repeating: 0, count: x.count)
            for (window, gradient) in zip(windows, dy.scalars) {
                if let first = window.first(where: { numbers[$0] == window.map { numbers[$0] }.max() }) { dx[first] += gradient }
            }
            let expectedGradient = Tensor(dx, shape: x.shape)
            #expect(largestDifference(x.maximumPooledGradient(dy, test.plan(), kernels: set.double), expectedGradient) <= 1e-14)
            let single = rounded(x).maximumPooledGradient(rounded(dy), test.plan(), kernels: set.float)
            #expect(largestDifference(single, expectedGradient) <= 1e-5)
        }
    }

    @Test(arguments: PoolingCase.all, [false, true]) func averagesAgreeWithTheDefinition(_ test: PoolingCase, countsPadding: Bool) {
        let x = testNumbers(test.x, seed: 3)
        let numbers = x.scalars
        let windows = test.windows()
        let sizes = windows.map { Double(countsPadding ? test.window * test.window : $0.count) }
        let plan = test.plan(countsPadding: countsPadding)
        for set in runnableKernelSets {
            let y = x.averagePooled(plan, kernels: set.double)
            let expected = Tensor(zip(windows, sizes).map { $0.map { numbers[$0] }.reduce(0, +) / $1 }, shape: y.shape)
            #expect(largestDifference(y, expected) <= 1e-14, "\(set.name), Double")
            #expect(largestDifference(rounded(x).averagePooled(plan, kernels: set.float), expected) <= 1e-5, "\(set.name), Float")

            let dy = testNumbers(y.shape, seed: 4)
            var dx = [Double](repeating: 0, count: x.count)
            for ((window, size), gradient) in zip(zip(windows, sizes), dy.scalars) {
                for element in window { dx[element] += gradient / size }
            }
            let expectedGradient = Tensor(dx, shape: x.shape)
            #expect(largestDifference(.averagePooledGradient(dy, plan, kernels: set.double), expectedGradient) <= 1e-14)
            let single = Tensor<Float>.averagePooledGradient(rounded(dy), plan, kernels: set.float)
            #expect(largestDifference(single, expectedGradient) <= 1e-5)
        }
    }

    @Test func maximaKeepNaN() {
        let x = Tensor<Float>([1, .nan, 3, 4], shape: [1, 2, 2, 1])
        #expect(x.maximumPooled(window: 2).scalar.isNaN)
        #expect(Tensor<Float>([.nan, 1, 3, 4], shape: [1, 2, 2, 1]).maximumPooled(window: 2).scalar.isNaN)
    }

    @Test func theStrideIsTheWindowByDefault() {
        let x = Tensor<Float>((0..<16).map { Float($0) }, shape: [1, 4, 4, 1])
        #expect(x.maximumPooled(window: 2) == Tensor([5, 7, 13, 15], shape: [1, 2, 2, 1]))
        #expect(x.averagePooled(window: 2) == Tensor([2.5, 4.5, 10.5, 12.5], shape: [1, 2, 2, 1]))
    }

    @Test func paddingMustBeSmallerThanTheWindow() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor<Float>(repeating: 0, shape: [1, 4, 4, 1]).maximumPooled(window: 2, padding: 2)
        }
    }

    @Test func pooledIsAFeatureMap() async {
        await #expect(processExitsWith: .failure) { _ = Tensor<Float>(repeating: 0, shape: [4, 4, 1]).averagePooled(window: 2) }
    }
}
