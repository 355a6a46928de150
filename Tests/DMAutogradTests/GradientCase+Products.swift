import DMAutograd

extension GradientCase {
    private static let matrices: [[[Int]]] = [
        [[2, 3], [3, 5]], [[1, 1], [1, 1]], [[1, 7], [7, 1]], [[4, 1], [1, 3]], [[2, 3, 4], [2, 4, 5]], [[1, 2, 3], [1, 3, 1]],
        [[2, 1, 3, 2], [2, 1, 2, 3]], [[0, 3], [3, 2]], [[2, 0], [0, 3]], [[2, 3], [3, 0]], [[0, 2], [2, 0]],
    ]

    private static func swapped(_ shape: [Int]) -> [Int] { shape.dropLast(2) + shape.suffix(2).reversed() }

    static let products: [GradientCase] = [
        each(.matrixProduct, of: matrices) { matrixProduct($0[0], $0[1]) },
        each(.matrixProduct, of: matrices.map { [swapped($0[0]), $0[1]] }) {
            matrixProduct($0[0], $0[1], transposingFirst: true)
        },
        each(.matrixProduct, of: matrices.map { [$0[0], swapped($0[1])] }) {
            matrixProduct($0[0], $0[1], transposingSecond: true)
        },
        each(.matrixProduct, of: matrices.map { $0.map(swapped) }) {
            matrixProduct($0[0], $0[1], transposingFirst: true, transposingSecond: true)
        },
        each(.matrixProduct, of: [[[3, 3]]]) { matrixProduct($0[0], $0[0]) },
        each(.matrixProduct, of: [[[2, 3]]]) { matrixProduct($0[0], $0[0], transposingFirst: true) },
    ].flatMap { $0 }
}
