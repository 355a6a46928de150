import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite("Resizing")
struct ResizingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let shape: [Int]
        let height: Int
        let width: Int
        var testDescription: String { "\(shape) to \(height) x \(width)" }
    }

    static let cases = [
        Case(shape: [1, 3, 4, 2], height: 5, width: 7), Case(shape: [2, 5, 7, 3], height: 3, width: 2),
        Case(shape: [1, 1, 1, 1], height: 4, width: 3), Case(shape: [2, 4, 4, 17], height: 4, width: 4),
        Case(shape: [1, 6, 5, 21], height: 1, width: 1), Case(shape: [3, 2, 9, 1], height: 12, width: 40),
        Case(shape: [0, 2, 2, 2], height: 3, width: 3), Case(shape: [1, 2, 2, 2], height: 0, width: 3),
    ]

    @Test("agrees with plain loops", arguments: cases, [true, false])
    func bilinear(example: Case, alignsCorners: Bool) {
        let x = seededTensor(example.shape, seed: 1)
        let expected = reference(x, example, alignsCorners) { i, source, target in
            alignsCorners
                ? (target == 1 ? 0 : Double(i) * Double(source - 1) / Double(target - 1))
                : min(max((Double(i) + 0.5) * Double(source) / Double(target) - 0.5, 0), Double(source - 1))
        }
        let found = x.resized(height: example.height, width: example.width, alignsCorners: alignsCorners)
        #expect(largestDifference(found, expected) < 1e-12)
        let single = Tensor<Float>(converting: x).resized(
            height: example.height, width: example.width, alignsCorners: alignsCorners)
        #expect(largestDifference(single, expected) < 1e-6)
    }

    @Test("takes the nearest pixel", arguments: cases, [true, false])
    func nearest(example: Case, alignsCorners: Bool) {
        let x = seededTensor(example.shape, seed: 1)
        let expected = reference(x, example, alignsCorners) { i, source, target in
            alignsCorners
                ? (target == 1 ? 0 : (Double(i * (source - 1)) / Double(target - 1)).rounded(.toNearestOrAwayFromZero))
                : ((Double(i) + 0.5) * Double(source) / Double(target)).rounded(.down)
        }
        #expect(x.resizedNearest(height: example.height, width: example.width, alignsCorners: alignsCorners) == expected)
        // Class maps: the first channel alone.
        let map = x.sliced(along: 3, from: 0, to: 1).reshaped(to: Array(example.shape.dropLast()))
        let classes = Tensor<UInt8>(map.scalars.map { UInt8(100 + 100 * $0) }, shape: map.shape)
        let targets = Tensor<Int32>(converting: classes)
        let small = classes.resizedNearest(height: example.height, width: example.width, alignsCorners: alignsCorners)
        #expect(small.shape == [example.shape[0], example.height, example.width])
        let expectedClasses = stride(from: 0, to: expected.count, by: example.shape[3]).map {
            UInt8(100 + 100 * expected.scalars[$0])
        }
        #expect(small.scalars == expectedClasses)
        #expect(
            targets.resizedNearest(height: example.height, width: example.width, alignsCorners: alignsCorners)
                == Tensor<Int32>(converting: small))
    }

    @Test("has the adjoint that its gradient uses", arguments: cases, [true, false])
    func adjoint(example: Case, alignsCorners: Bool) {
        let x = seededTensor(example.shape, seed: 2)
        let y = seededTensor([example.shape[0], example.height, example.width, example.shape[3]], seed: 3)
        let forward = x.resized(height: example.height, width: example.width, alignsCorners: alignsCorners)
        let backward = Tensor.resizingGradient(of: y, for: x.shape, alignsCorners: alignsCorners)
        #expect(abs((forward * y).sum() - (x * backward).sum()) < 1e-10)
        let forwardNearest = x.resizedNearest(height: example.height, width: example.width, alignsCorners: alignsCorners)
        let backwardNearest = Tensor.nearestResizingGradient(of: y, for: x.shape, alignsCorners: alignsCorners)
        #expect(abs((forwardNearest * y).sum() - (x * backwardNearest).sum()) < 1e-10)
    }

    @Test("agrees with PyTorch's values")
    func peer() {
        let x = Tensor((0..<24).map { sin(Double($0) * 0.7) }, shape: [1, 3, 4, 2])
        let places = [(0, 1, 0), (1, 2, 1), (3, 5, 0), (4, 6, 1), (2, 4, 1)]
        let aligned = [0.49272486499423007, 0.9256888002629371, 0.44546137281923226, -0.38207141718400583, 0.3190983623493521]
        let centered = [0.3519463321387357, 0.876054574896998, 0.3570381531700742, -0.38207141718400583, 0.2334702107549937]
        let nearest = [0.0, 0.8632093666488739, 0.303118356745704]
        let (a, b) = (
            x.resized(height: 5, width: 7, alignsCorners: true).scalars, x.resized(height: 5, width: 7, alignsCorners: false).scalars
        )
        let c = x.resizedNearest(height: 5, width: 7, alignsCorners: false).scalars
        for (i, place) in places.enumerated() {
            let index = (place.0 * 7 + place.1) * 2 + place.2
            #expect(abs(a[index] - aligned[i]) < 1e-12)
            #expect(abs(b[index] - centered[i]) < 1e-12)
            if i < nearest.count { #expect(c[index] == nearest[i]) }
        }
    }

    @Test("keeps constants exactly")
    func constant() {
        let x = Tensor<Float>(repeating: 0.1, shape: [1, 5, 5, 3])
        #expect(x.resized(height: 13, width: 11, alignsCorners: true) == Tensor(repeating: 0.1, shape: [1, 13, 11, 3]))
    }

    @Test("refuses what is no image")
    func wrongShape() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor<Float>(repeating: 1, shape: [2, 3, 4]).resized(height: 2, width: 2, alignsCorners: true)
        }
        await #expect(processExitsWith: .failure) {
            _ = Tensor<Int32>(repeating: 1, shape: [2, 3]).resizedNearest(height: 2, width: 2, alignsCorners: true)
        }
        await #expect(processExitsWith: .failure) {
            _ = Tensor<Float>(repeating: 1, shape: [1, 0, 3, 2]).resized(height: 2, width: 2, alignsCorners: false)
        }
    }

    /// Bilinear interpolation at `position(target, source extent, target extent)`.
    private func reference(
        _ x: Tensor<Double>, _ example: Case, _ alignsCorners: Bool, position: (Int, Int, Int) -> Double
    ) -> Tensor<Double> {
        let (n, h, w, c) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let pixels = x.scalars
        var result: [Double] = []
        for image in 0..<n {
            for i in 0..<example.height {
                let y = position(i, h, example.height)
                for j in 0..<example.width {
                    let x = position(j, w, example.width)
                    for channel in 0..<c {
                        var sum = 0.0
                        for row in 0..<h {
                            for column in 0..<w {
                                let weight = max(0, 1 - abs(y - Double(row))) * max(0, 1 - abs(x - Double(column)))
                                sum += weight * pixels[((image * h + row) * w + column) * c + channel]
                            }
                        }
                        result.append(sum)
                    }
                }
            }
        }
        return Tensor(result, shape: [n, example.height, example.width, c])
    }
}
