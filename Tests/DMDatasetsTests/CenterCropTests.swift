import DMDatasets
import DMTensors
import Testing

@Suite("Center crops")
struct CenterCropTests {
    @Test("a crop is what a plain loop cuts out", arguments: [(9, 12, 5), (8, 7, 4), (5, 11, 7), (3, 3, 9), (6, 6, 6)])
    func loop(height: Int, width: Int, side: Int) {
        let labels = (0..<height * width).map { UInt8($0) }
        let sample = SegmentationSample(
            identifier: "a", image: Tensor(labels.flatMap { [$0, $0 &+ 1, $0 &+ 2] }, shape: [height, width, 3]),
            mask: Tensor(labels, shape: [height, width]))
        let (rows, columns) = (min(side, height), min(side, width))
        let (top, left) = ((height - rows) / 2, (width - columns) / 2)
        var expected: [UInt8] = []
        for row in top..<top + rows { for column in left..<left + columns { expected.append(labels[row * width + column]) } }
        let crop = sample.centerCropped(to: side)
        #expect(crop.mask == Tensor(expected, shape: [rows, columns]))
        #expect(crop.image == Tensor(expected.flatMap { [$0, $0 &+ 1, $0 &+ 2] }, shape: [rows, columns, 3]))
    }
}
