import DMAutograd
import DMTensors

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

    private static let sums: [GradientCase] = [
        each(.matrixProduct, of: [[[2, 3], [3, 4]], [[1, 2], [2, 1]]]) {
            einsteinSum([($0[0], labels: [0, 1]), ($0[1], labels: [1, 2])], to: [2, 0])
        },
        each(.matrixProduct, of: [[[2, 3, 2], [2, 2, 2]]]) {
            einsteinSum([($0[0], labels: [0, 1, 2]), ($0[1], labels: [0, 2, 3])], to: [0, 1, 3])
        },
        each(.matrixProduct, of: [[[2, 2], [2], [2, 3]]]) {
            einsteinSum([($0[0], labels: [5, 5]), ($0[1], labels: [5]), ($0[2], labels: [5, 6])], to: [6])
        },
        each(.sum, of: [[[2, 3]], [[4, 1]]]) { einsteinSum([($0[0], labels: [0, 1])], to: [1]) },
    ].flatMap { $0 }

    static let products: [GradientCase] =
        sums
        + [
            each(.affineMap, of: maps) { affineMap($0[0], weight: $0[1], bias: $0[2]) },
            each(.feedForward, of: feedForwards) { feedForward($0[0], first: ($0[1], $0[2]), second: ($0[3], $0[4])) },
            each(.feedForward, of: feedForwards.filter { $0[0].last == $0[4][0] }) {
                feedForward($0[0], first: ($0[1], $0[2]), second: ($0[3], $0[4]), addingInput: true)
            },
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

extension GradientCase {
    /// Convolution and pooling.
    static let convolution: [GradientCase] = [convolutions, transposedConvolutions, pooling].flatMap { $0 }

    private static let transposedConvolutions: [GradientCase] = [
        (x: [1, 3, 2, 2], w: [3, 3, 3, 2], geometry: Convolution2DGeometry(), outputPadding: HeightAndWidth(0)),
        (x: [2, 2, 3, 1], w: [3, 2, 2, 1], geometry: Convolution2DGeometry(stride: 2, padding: 1), outputPadding: HeightAndWidth(1)),
        (x: [1, 2, 2, 4], w: [2, 2, 3, 4], geometry: Convolution2DGeometry(stride: 3, groups: 2), outputPadding: HeightAndWidth(2)),
        (x: [1, 3, 3, 2], w: [2, 2, 1, 2], geometry: Convolution2DGeometry(dilation: 2), outputPadding: HeightAndWidth(0)),
        (x: [1, 1, 1, 1], w: [1, 1, 1, 1], geometry: Convolution2DGeometry(), outputPadding: HeightAndWidth(0)),
        (
            x: [1, 3, 2, 3], w: [3, 3, 1, 3],
            geometry: Convolution2DGeometry(
                stride: HeightAndWidth(2), padding: ImagePadding(top: 0, bottom: 1, left: 1, right: 0), groups: 3),
            outputPadding: HeightAndWidth(height: 0, width: 1)
        ),
    ].flatMap { shapes in
        each(.convolution2DTransposed, of: [[shapes.x, shapes.w]]) {
            convolution2DTransposed($0[0], $0[1], shapes.geometry, outputPadding: shapes.outputPadding)
        }
    }

    private static let convolutions: [GradientCase] = [
        (x: [1, 3, 4, 2], w: [1, 1, 2, 3], geometry: Convolution2DGeometry()),
        (x: [2, 4, 3, 2], w: [3, 3, 2, 2], geometry: .same(kernel: 3)),
        (x: [1, 5, 6, 1], w: [3, 3, 1, 2], geometry: .same(kernel: 3, stride: 2)),
        (x: [1, 5, 4, 2], w: [3, 2, 2, 1], geometry: Convolution2DGeometry(padding: 2, dilation: 2)),
        (x: [1, 4, 4, 4], w: [3, 3, 2, 6], geometry: .same(kernel: 3, groups: 2)),
        (x: [2, 4, 5, 3], w: [3, 3, 1, 3], geometry: .same(kernel: 3, stride: 2, groups: 3)),
        (x: [1, 1, 1, 1], w: [1, 1, 1, 1], geometry: Convolution2DGeometry()),
        (
            x: [1, 4, 5, 2], w: [3, 3, 2, 1],
            geometry: .same(input: HeightAndWidth(height: 4, width: 5), kernel: HeightAndWidth(3), stride: 2)
        ),
        (x: [1, 3, 3, 1], w: [2, 2, 1, 2], geometry: Convolution2DGeometry(padding: ImagePadding(top: 1, bottom: 0, left: 0, right: 2))),
        (x: [0, 4, 4, 2], w: [3, 3, 2, 2], geometry: .same(kernel: 3)),
    ].flatMap { shapes in
        each(.convolution2D, of: [[shapes.x, shapes.w]]) { convolution2D($0[0], $0[1], shapes.geometry) }
    }

    private static let images: [[[Int]]] = [[[1, 4, 4, 1]], [[2, 5, 3, 2]], [[1, 3, 3, 3]], [[1, 6, 7, 1]], [[0, 4, 4, 2]]]

    private static let windows = [
        PoolingWindow(2), PoolingWindow(3, stride: 2, padding: 1), PoolingWindow(3, stride: 1, padding: 2),
        PoolingWindow(2, stride: 3, padding: 1),
        PoolingWindow(
            size: HeightAndWidth(height: 2, width: 3), stride: HeightAndWidth(height: 2, width: 1),
            padding: ImagePadding(top: 0, bottom: 1, left: 2, right: 0), dilation: HeightAndWidth(height: 2, width: 1), roundsUp: true),
    ]

    private static let pooling: [GradientCase] = windows.flatMap { window in
        each(.maximumPooled, of: images) { $0[0].maximumPooled(window) }
            + each(.averagePooled, of: images) { $0[0].averagePooled(window) }
            + each(.averagePooled, of: images) { $0[0].averagePooled(window, countsPadding: true) }
    }
}
