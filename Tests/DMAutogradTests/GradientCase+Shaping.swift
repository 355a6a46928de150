import DMAutograd
import DMTensors

extension GradientCase {
    static let shaping: [GradientCase] = [
        each(.reshape, of: [[[6]], [[2, 3]], [[3, 1, 2]], [[1, 6]]]) { $0[0].reshaped(to: [3, -1]) },
        each(.reshape, of: [[[]], [[1]]]) { $0[0].reshaped(to: [1, 1]) },
        each(.reshape, of: [[[0, 3]]]) { $0[0].reshaped(to: [5, 0]) },
        each(.transpose, of: [[[2, 3]], [[1, 5]], [[4, 1]], [[0, 3]]]) { $0[0].transposed(permutation: [1, 0]) },
        each(.transpose, of: [[[2, 3, 4]], [[3, 1, 2]]]) { $0[0].transposed(permutation: [2, 0, 1]) },
        each(.transpose, of: [[[2, 3, 1, 5]]]) { $0[0].transposed(permutation: [1, 3, 0, 2]) },
        each(.broadcast, of: [[[]], [[3]], [[1]], [[4, 1]], [[2, 4, 3]], [[2, 1, 1]]]) { $0[0].broadcast(to: [2, 4, 3]) },
        each(.broadcast, of: [[[1, 3]], [[3]], [[0, 1]]]) { $0[0].broadcast(to: [0, 3]) },
        each(.slice, of: [[[3, 5]], [[1, 4]], [[0, 4]], [[2, 3, 1]]]) { $0[0].sliced(along: 1, from: 1, to: 3) },
        each(.slice, of: [[[3, 5]], [[5]]]) { $0[0].sliced(along: 0, from: 0, to: 3) },
        each(.slice, of: [[[3, 5]], [[5]]]) { $0[0].sliced(along: -1, from: 2, to: 5) },
        each(.slice, of: [[[3, 5]], [[3]]]) { $0[0].sliced(along: 0, from: 2, to: 2) },
        each(.slice, of: [[[3, 5]], [[3]], [[4, 1, 2]]]) { $0[0][1] },
        each(.pad, of: [[[3, 5]], [[1, 1]], [[0, 2]], [[2, 7]], [[4, 1]]]) { $0[0].padded(before: [1, 0], after: [2, 3], with: 0.5) },
        each(.pad, of: [[[3]], [[0]]]) { $0[0].padded(before: [2], after: [1], with: 0) },
        each(.concatenate, of: [[[2, 3], [4, 3]], [[1, 2]], [[1, 3], [0, 3], [2, 3]], [[3], [1], [2]]]) {
            concatenated($0, along: 0)
        },
        each(
            .concatenate,
            of: [[[2, 3], [2, 1]], [[0, 1], [0, 2]], [[2, 3, 2], [2, 1, 2], [2, 2, 2]], [[2, 1], [2, 1], [2, 1]]]
        ) {
            concatenated($0, along: 1)
        },
        each(.concatenate, of: [[[2, 3], [2, 1]]]) { concatenated([$0[0], $0[1], $0[0]], along: -1) },
        each(.stack, of: [[[2, 3], [2, 3]], [[], [], []], [[5]], [[0, 2], [0, 2]], [[1], [1]]]) { stacked($0) },
        each(.stack, of: [[[3], [3]]]) { stacked([$0[0], $0[1], $0[0]]) },
        each(.gather, of: [[[3, 4]], [[3]], [[5, 1]], [[3, 2, 3]]]) { $0[0].gathered(rows: Tensor([2, 0, 2, 1])) },
        each(.gather, of: [[[4, 3]], [[4, 0]]]) { $0[0].gathered(rows: Tensor([3, 3, 0, 2, 1, 3], shape: [2, 3])) },
        each(.gather, of: [[[2, 3]]]) { $0[0].gathered(rows: Tensor([])) },
    ].flatMap { $0 }
}
