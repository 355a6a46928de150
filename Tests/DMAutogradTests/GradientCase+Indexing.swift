import DMAutograd
import DMTensors

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
