import DMTensors
import DiffMatch
import Testing

@Suite struct SlidingWindowTests {
    @Test(
        arguments: [
            (10, 4, [0, 2, 4, 6]), (9, 6, [0, 3]), (12, 6, [0, 4, 6]), (4, 4, [0]), (3, 4, [0]), (5, 4, [0, 1]),
            (7, 1, [0, 1, 2, 3, 4, 5, 6]),
            (1025, 801, [0, 224]), (2049, 801, [0, 534, 1068, 1248]),
        ])
    func windowsStepByTwoThirdsAndTheLastIsShiftedBack(length: Int, side: Int, starts: [Int]) {
        #expect(SlidingWindow(side: side).starts(along: length) == starts)
    }

    /// A stand-in for a network whose answer depends on the place in the window and on the pixel.
    private func answer(_ value: Float, row: Int, column: Int, label: Int, window: Int) -> Float {
        value * Float(label + 1) + Float(row * 3 + column) * 0.25 + Float(window)
    }

    @Test(arguments: [(7, 11, 5), (13, 9, 6), (3, 17, 5), (4, 3, 8), (19, 19, 7)])
    func probabilitiesAreThoseOfAPlainLoop(height: Int, width: Int, side: Int) {
        let (count, classes) = (2, 3)
        let images = Tensor((0..<count * height * width).map { Float(($0 * 7919) % 101) / 101 }, shape: [count, height, width, 1])
        let window = SlidingWindow(side: side)
        let found = window.probabilities(of: images) { part, number in
            let (rows, columns) = (part.shape[1], part.shape[2])
            let values = part.scalars
            return Tensor(
                (0..<values.count * classes).map { place in
                    let pixel = place / classes
                    return answer(
                        values[pixel], row: pixel / columns % rows, column: pixel % columns, label: place % classes, window: number)
                }, shape: [count, rows, columns, classes])
        }

        #expect(found.shape == [count, height, width, classes])
        let (tops, lefts) = (window.starts(along: height), window.starts(along: width))
        for (place, value) in found.scalars.enumerated() {
            let (label, pixel) = (place % classes, place / classes)
            let (row, column) = (pixel / width % height, pixel % width)
            var (sum, windows) = (0.0, 0.0)
            for (number, top) in tops.enumerated() where row >= top && row < top + side {
                for (other, left) in lefts.enumerated() where column >= left && column < left + side {
                    sum += Double(
                        answer(
                            images.scalars[pixel], row: row - top, column: column - left, label: label, window: number * lefts.count + other
                        ))
                    windows += 1
                }
            }
            #expect(abs(Double(value) - sum / windows) < 1e-4)
        }
    }

    @Test func oneWindowOverAllIsTheImageItself() {
        let images = Tensor<Float>((0..<60).map { Float($0) }, shape: [1, 5, 6, 2])
        #expect(SlidingWindow(side: 6).probabilities(of: images) { part, _ in part } == images)
    }
}
