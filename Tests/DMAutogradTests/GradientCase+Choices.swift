import DMAutograd
import DMTensors

extension GradientCase {
    static let choices: [GradientCase] = [
        each(.maximum, of: Shapes.pairs) { maximum($0[0], $0[1]) },
        each(.minimum, of: Shapes.pairs) { minimum($0[0], $0[1]) },
        each(.select, of: [[[4], [4]], [[2, 4], [4]], [[4], [3, 1, 4]], [[], [4]], [[2, 1], [1, 4]]]) {
            select(where: Tensor([true, false, false, true]), $0[0], $0[1])
        },
        each(.select, of: [[[3], [2, 1]], [[2, 1], []]]) {
            select(where: Tensor([true, false, false, true, true, false], shape: [2, 3]), $0[0], $0[1])
        },
        each(.select, of: [[[0, 3], [3]]]) { select(where: Tensor([], shape: [0, 3]), $0[0], $0[1]) },
    ].flatMap { $0 }
}
