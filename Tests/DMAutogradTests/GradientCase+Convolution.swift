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
        (x: [0, 4, 4, 2], w: [3, 3, 2, 2], geometry: .same(kernel: 3)),
    ].flatMap { shapes in
        each(.convolution2D, of: [[shapes.x, shapes.w]]) { convolution2D($0[0], $0[1], shapes.geometry) }
    }

    private static let images: [[[Int]]] = [[[1, 4, 4, 1]], [[2, 5, 3, 2]], [[1, 3, 3, 3]], [[1, 6, 7, 1]], [[0, 4, 4, 2]]]

    private static let pooling: [GradientCase] = [(2, 2, 0), (3, 2, 1), (3, 1, 2), (2, 3, 1)].flatMap { window, stride, padding in
        each(.maximumPooled, of: images) { $0[0].maximumPooled(window: window, stride: stride, padding: padding) }
            + each(.averagePooled, of: images) { $0[0].averagePooled(window: window, stride: stride, padding: padding) }
            + each(.averagePooled, of: images) {
                $0[0].averagePooled(window: window, stride: stride, padding: padding, countsPadding: true)
            }
    }
}
