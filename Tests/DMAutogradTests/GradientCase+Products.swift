import DMAutograd

extension GradientCase {
    private static let matrices: [[[Int]]] = [
        [[2, 3], [3, 5]], [[1, 1], [1, 1]], [[1, 7], [7, 1]], [[4, 1], [1, 3]], [[2, 3, 4], [2, 4, 5]], [[1, 2, 3], [1, 3, 1]],
        [[2, 1, 3, 2], [2, 1, 2, 3]], [[0, 3], [3, 2]], [[2, 0], [0, 3]], [[2, 3], [3, 0]], [[0, 2], [2, 0]],
    ]

    private static func swapped(_ shape: [Int]) -> [Int] { shape.dropLast(2) + shape.suffix(2).reversed() }

    /// Rows, and from how many features over how many to how many they are mapped.
    private static let layers: [(rows: [Int], features: [Int])] = [
        ([3], [2, 5, 4]), ([1], [1, 1, 1]), ([2, 2], [3, 7, 3]), ([7], [4, 1, 2]), ([0], [2, 3, 2]), ([2, 1, 3], [1, 4, 1]),
    ]

    private static let maps: [[[Int]]] = layers.map { [$0.rows + [$0.features[0]], [$0.features[0], $0.features[2]], [$0.features[2]]] }

    private static let feedForwards: [[[Int]]] = layers.map {
        let (inputs, hidden, outputs) = ($0.features[0], $0.features[1], $0.features[2])
        return [$0.rows + [inputs], [inputs, hidden], [hidden], [hidden, outputs], [outputs]]
    }

    static let products: [GradientCase] = [
        each(.linear, of: maps) { linear($0[0], weight: $0[1], bias: $0[2]) },
        each(.feedForward, of: feedForwards) { feedForward($0[0], first: ($0[1], $0[2]), second: ($0[3], $0[4])) },
        each(.feedForward, of: feedForwards.filter { $0[0].last == $0[4][0] }) {
            feedForward($0[0], first: ($0[1], $0[2]), second: ($0[3], $0[4]), addingInput: true)
        },
        each(.matmul, of: matrices) { matmul($0[0], $0[1]) },
        each(.matmul, of: matrices.map { [swapped($0[0]), $0[1]] }) {
            matmul($0[0], $0[1], transposingFirst: true)
        },
        each(.matmul, of: matrices.map { [$0[0], swapped($0[1])] }) {
            matmul($0[0], $0[1], transposingSecond: true)
        },
        each(.matmul, of: matrices.map { $0.map(swapped) }) {
            matmul($0[0], $0[1], transposingFirst: true, transposingSecond: true)
        },
        each(.matmul, of: [[[3, 3]]]) { matmul($0[0], $0[0]) },
        each(.matmul, of: [[[2, 3]]]) { matmul($0[0], $0[0], transposingFirst: true) },
    ].flatMap { $0 }
}
