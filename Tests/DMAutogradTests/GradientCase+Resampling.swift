import DMAutograd
import DMTensors

extension GradientCase {
    /// Transposed convolution, resampling, positions on images and the losses of classes.
    static let resampling: [GradientCase] = [transposedConvolutions, resampledAxes, grids, losses, sums].flatMap { $0 }

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

    private static let ways: [Resampling] = [
        Resampling(.nearest(.halfDown)), Resampling(.nearest(.up), .asymmetric), Resampling(.linear), Resampling(.linear, .alignedCorners),
        Resampling(.linear, antialiases: true, excludesOutside: true), Resampling(.cubic()),
        Resampling(.cubic(a: -0.5), .halfPixelSymmetric, antialiases: true),
        Resampling(.linear, .region(start: 0.2, end: 1.4, outside: 3)),
    ]

    private static let resampledAxes: [GradientCase] = ways.flatMap { way in
        each(.resample, of: [[[5]], [[2, 4, 3]], [[3, 1, 2]], [[0, 3]]]) {
            $0[0].resampled(along: $0[0].shape.count - ($0[0].shape.count > 2 ? 2 : 1), to: 7, way)
        }
            + each(.resample, of: [[[5, 2]]]) { $0[0].resampled(along: 0, to: 2, scale: 0.45, way) }
    }

    private static let grids: [GradientCase] = [GridSampling.Interpolation.nearest, .bilinear, .bicubic].flatMap { interpolation in
        [GridSampling.Border.zero, .edge, .reflection].flatMap { border in
            [false, true].flatMap { alignsCorners in
                each(
                    .gridSample, of: [[[1, 3, 4, 2], [1, 2, 3, 2]], [[2, 2, 3, 1], [2, 3, 1, 2]], [[1, 2, 2, 1], [1, 0, 2, 2]]],
                    in: -1.6...1.6
                ) { gridSampled($0[0], at: $0[1], GridSampling(interpolation, border: border, alignsCorners: alignsCorners)) }
            }
        }
    }

    private static let losses: [GradientCase] = LossReduction.allCases.flatMap { reduction in
        each(.negativeLogLikelihood, of: [[[4, 3]], [[2, 2, 3]]]) { operands in
            let targets = Tensor<Int32>([2, -1, 0, 1], shape: operands[0].shape.dropLast())
            return negativeLogLikelihood(
                operands[0].logSoftmax(), targets, weights: Tensor([0.5, 2, 1]), ignoring: -1, reduction: reduction)
        }
            + each(.negativeLogLikelihood, of: [[[1, 2]]]) { negativeLogLikelihood($0[0], Tensor([1]), reduction: reduction) }
    }

    private static let sums: [GradientCase] = [
        each(.matmul, of: [[[2, 3], [3, 4]], [[1, 2], [2, 1]]]) {
            einsum([($0[0], labels: [0, 1]), ($0[1], labels: [1, 2])], to: [2, 0])
        },
        each(.matmul, of: [[[2, 3, 2], [2, 2, 2]]]) {
            einsum([($0[0], labels: [0, 1, 2]), ($0[1], labels: [0, 2, 3])], to: [0, 1, 3])
        },
        each(.matmul, of: [[[2, 2], [2], [2, 3]]]) {
            einsum([($0[0], labels: [5, 5]), ($0[1], labels: [5]), ($0[2], labels: [5, 6])], to: [6])
        },
        each(.sum, of: [[[2, 3]], [[4, 1]]]) { einsum([($0[0], labels: [0, 1])], to: [1]) },
    ].flatMap { $0 }
}
