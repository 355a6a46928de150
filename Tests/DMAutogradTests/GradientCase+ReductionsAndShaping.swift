import DMAutograd
import DMTensors

extension GradientCase {
    /// A choice of axes of each of some shapes.
    private static func along(
        _ operation: Operation, _ choices: [(shape: [Int], axes: [Int])],
        function: @escaping @Sendable (Variable<Double>, [Int]) -> Variable<Double>
    ) -> [GradientCase] {
        choices.flatMap { choice in each(operation, of: [[choice.shape]]) { function($0[0], choice.axes) } }
    }

    private static let axes: [(shape: [Int], axes: [Int])] = [
        ([5], [0]), ([3, 5], [0]), ([3, 5], [1]), ([2, 3, 4], [1]), ([2, 3, 4], [0, 2]), ([2, 3, 4], [0, 1, 2]), ([1, 3], [0]),
        ([2, 3], []), ([2, 3], [-1]), ([0, 3], [1]),
    ]

    static let reductions: [GradientCase] = [
        along(.sum, axes) { $0.sum(along: $1) },
        along(.sum, axes) { $0.sum(along: $1, keepingAxes: true) },
        along(.sum, [([0, 3], [0]), ([0], [0])]) { $0.sum(along: $1) },
        each(.sum, of: Shapes.single) { $0[0].sum() },
        along(.mean, axes) { $0.mean(along: $1) },
        along(.mean, axes) { $0.mean(along: $1, keepingAxes: true) },
        each(.mean, of: [[[]], [[1]], [[2, 3]]]) { $0[0].mean() },
        along(.variance, axes) { $0.variance(along: $1) },
        along(.variance, axes) { $0.variance(along: $1, keepingAxes: true) },
        along(.maximumAlongAxis, axes.filter { $0.axes.count == 1 }) { $0.maximum(along: $1[0]) },
        along(.maximumAlongAxis, axes.filter { $0.axes.count == 1 }) { $0.maximum(along: $1[0], keepingAxes: true) },
        each(.maximumAlongAxis, of: [[[]], [[1]], [[2, 3]]]) { $0[0].maximum() },
        each(.maximumAlongAxis, of: [[[]], [[1]], [[2, 3]]]) { $0[0].minimum() },
        each(.softmax, of: [[[5]], [[1]], [[3, 4]], [[2, 1, 3]], [[2, 3, 1]], [[0, 3]]]) { $0[0].softmax() },
        each(.logSoftmax, of: [[[5]], [[1]], [[3, 4]], [[2, 1, 3]], [[2, 3, 1]], [[0, 3]]]) { $0[0].logSoftmax() },
        each(.softmax, of: [[[2, 3]]], in: -30...30) { $0[0].softmax() },
        each(.logSoftmax, of: [[[2, 3]]], in: -700...700) { $0[0].logSoftmax() },
    ].flatMap { $0 }
}

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

extension GradientCase {
    /// Picking, replacing and repeating.
    static let indexing: [GradientCase] = [
        each(.gather, of: [[[2, 4, 3]], [[1, 4]], [[4, 0]]]) { $0[0].gathered(along: $0[0].shape.count > 2 ? 1 : -1, at: Tensor([])) },
        each(.gather, of: [[[2, 4, 3]], [[1, 3, 1]], [[0, 3, 2]]]) {
            $0[0].gathered(along: 1, at: Tensor([0, -1, 2, 2], shape: [2, 2]))
        },
        each(.gather, of: [[[5]], [[2, 5]], [[1, 1, 5]]]) { $0[0].strided(along: -1, from: 4, count: 3, by: -2) },
        each(.gather, of: [[[3, 2]], [[3, 5]], [[4, 2]]]) {
            $0[0].gatheredElements(along: 0, at: Tensor([2, 0, -1, 1, 1, 2], shape: [3, 2]))
        },
        each(.gather, of: [[[2, 3]], [[2, 3, 4]], [[4, 3, 1]]]) { $0[0].gatheredSlices(at: Tensor([1, 2, 0, -1, 1, 2], shape: [3, 2])) },
        each(.gather, of: [[[2, 3, 2]], [[2, 5]]]) { $0[0].gatheredSlices(at: Tensor([2, 0, 0, 1], shape: [2, 2, 1]), sharedAxes: 1) },
        each(.gather, of: [[[4, 2], [3, 2]], [[3, 5], [3, 2]]]) {
            $0[0].replacingElements(along: 0, at: Tensor([0, 1, 0, 2, 2, -1], shape: [3, 2]), with: $0[1])
        },
        BorderMode.allCases.flatMap { mode in
            each(.gather, of: [[[3, 4]], [[1, 2]], [[5, 1]]]) { $0[0].padded(before: [1, 0], after: [2, 3], mode: mode) }
        },
        each(.broadcast, of: [[[2, 3]], [[1, 1]], [[0, 2]]]) { $0[0].tiled([2, 3]) },
        BlockOrder.allCases.flatMap { order in
            each(.depthToSpace, of: [[[1, 2, 3, 4]], [[2, 1, 1, 8]], [[0, 2, 2, 4]]]) { $0[0].depthToSpace(block: 2, order: order) }
                + each(.spaceToDepth, of: [[[1, 2, 4, 3]], [[2, 2, 2, 1]], [[0, 2, 2, 4]]]) { $0[0].spaceToDepth(block: 2, order: order) }
        },
        each(.cumulativeSum, of: [[[7]], [[3, 5]], [[2, 1, 3]], [[0, 3]], [[1]]]) { $0[0].cumulativeSum(along: -1) },
        each(.cumulativeSum, of: [[[7]], [[3, 5]], [[2, 1, 3]]]) { $0[0].cumulativeSum(along: 0, excludesSelf: true, isReversed: true) },
        each(.logSumExp, of: [[[7]], [[3, 5]], [[2, 1, 3]], [[1]]], in: -30...30) { $0[0].logSumExp(along: [0]) },
        each(.logSumExp, of: [[[3, 5]], [[2, 1]], [[0, 2]]]) { $0[0].logSumExp(along: [-1], keepingAxes: true) },
        each(.logSumExp, of: [[[3, 5]], [[2, 2]]]) { $0[0].logSumExp(along: [0, 1]) },
    ].flatMap { $0 }
}
