import DMAutograd
import DMTensors

extension GradientCase {
    /// Convolution and pooling.
    static let convolution: [GradientCase] = [convolutions, pooling].flatMap { $0 }

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
        each(.maxPooled, of: images) { $0[0].maxPooled(window) }
            + each(.averagePooled, of: images) { $0[0].averagePooled(window) }
            + each(.averagePooled, of: images) { $0[0].averagePooled(window, countsPadding: true) }
    }
}
