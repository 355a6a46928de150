import DMDiffusion
import DMTensors
import Testing

@Suite struct LabelGridTests {
    @Test func cornersAreAligned() {
        // 513 points at a quarter of the resolution: every fourth pixel, corners included.
        let row = Tensor<Int32>((0..<513).map { Int32($0) }, shape: [1, 1, 513])
        let labels = LabelGrid(height: 1, width: 129, classCount: 1000).labels(of: row)
        #expect(labels.scalars == (0..<129).map { Int32(4 * $0) })
    }

    @Test(arguments: [(7, 3), (8, 3), (9, 4), (5, 5), (3, 6), (11, 1), (1, 4)])
    func followsTheFormulaOnBothAxes(full: Int, coarse: Int) {
        let mask = Tensor<Int32>((0..<Int32(2 * full * full)).map { $0 }, shape: [2, full, full])
        let labels = LabelGrid(height: coarse, width: coarse, classCount: 2 * full * full).labels(of: mask)
        let sources = (0..<coarse).map { index in
            coarse == 1 ? 0 : Int((Double(index * (full - 1)) / Double(coarse - 1)).rounded())
        }
        let expected = (0..<2).flatMap { entry in
            sources.flatMap { row in sources.map { column in Int32((entry * full + row) * full + column) } }
        }
        #expect(labels.shape == [2, coarse, coarse])
        #expect(labels.scalars == expected)
    }

    @Test func pixelsWithoutASureLabelHaveNone() {
        let mask = Tensor<Int32>([0, 1, 2, 255, 3, -1], shape: [1, 2, 3])
        let grid = LabelGrid(height: 2, width: 3, classCount: 3)
        #expect(grid.labels(of: mask).scalars == [0, 1, 2, 3, 3, 3])
        let confidence = Tensor<Float>([0.95, 0.94, .nan, 1, 1, 1], shape: [1, 2, 3])
        #expect(grid.labels(of: mask, confidence: confidence, threshold: 0.95).scalars == [0, 3, 3, 3, 3, 3])
    }

    @Test func stopsAtWrongShapes() async {
        await #expect(processExitsWith: .failure) {
            _ = LabelGrid(height: 2, width: 2, classCount: 3).labels(of: Tensor(repeating: 0, shape: [4, 4]))
        }
        await #expect(processExitsWith: .failure) {
            _ = LabelGrid(height: 2, width: 2, classCount: 3).labels(
                of: Tensor(repeating: 0, shape: [1, 4, 4]), confidence: Tensor(repeating: 0, shape: [1, 4, 5]), threshold: 0.5)
        }
    }
}
