import DMTensors
import Testing

@Suite("A last axis of extent 1")
struct SingleColumnTests {
    private let column = Tensor<Float>([1, 2, 3], shape: [3, 1])

    @Test("is concatenated")
    func concatenatedColumns() {
        let wide = Tensor<Float>([4, 5, 6, 7, 8, 9], shape: [3, 2])
        #expect(concatenated([column, wide], along: 1) == Tensor([1, 4, 5, 2, 6, 7, 3, 8, 9], shape: [3, 3]))
        #expect(concatenated([wide, column], along: 1) == Tensor([4, 5, 1, 6, 7, 2, 8, 9, 3], shape: [3, 3]))
    }

    @Test("is padded")
    func padded() {
        #expect(column.padded(before: [0, 1], after: [1, 0], with: 0) == Tensor([0, 1, 0, 2, 0, 3, 0, 0], shape: [4, 2]))
    }

    @Test("is concatenated in several blocks")
    func blocks() {
        let x = Tensor<Float>([1, 2, 3, 4], shape: [2, 2, 1])
        #expect(concatenated([x, x], along: 2) == Tensor([1, 1, 2, 2, 3, 3, 4, 4], shape: [2, 2, 2]))
        let padded = x.padded(before: [0, 1, 1], after: [0, 0, 0], with: 0)
        #expect(padded == Tensor([0, 0, 0, 1, 0, 2, 0, 0, 0, 3, 0, 4], shape: [2, 3, 2]))
    }
}
