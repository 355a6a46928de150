import DMAutograd

extension GradientCase {
    /// Normalizations that are made of other operations.
    static let composedNormalization: [GradientCase] = [
        each(.variance, of: [[[2, 3, 2, 4], [4], [4]], [[1, 5, 4], [4], [4]], [[3, 2, 4], [4], [4]]]) {
            $0[0].groupNormalized(groups: 2, scale: $0[1], shift: $0[2])
        },
        each(.variance, of: [[[2, 3, 2, 2], [2], [2]], [[1, 4, 3], [3], [3]]]) {
            $0[0].groupNormalized(groups: $0[1].shape[0], scale: $0[1], shift: $0[2])
        },
        each(.averagePooled, of: [[[2, 5]], [[1, 2, 2, 7]], [[3]]]) { $0[0].locallyNormalized(size: 3, alpha: 0.8, beta: 0.6, bias: 1.2) },
        each(.averagePooled, of: [[[2, 5]], [[4, 1]]]) { $0[0].locallyNormalized(size: 2, alpha: 0.8) },
        each(.mean, of: [[[3, 4], [4]], [[2, 2, 3], [3]], [[1, 1], [1]]]) { $0[0].rootMeanSquareNormalized(scale: $0[1]) },
    ].flatMap { $0 }
}
