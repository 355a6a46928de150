import DMAutograd
import DMTensors

extension GradientCase {
    /// Resampling along axes and at the positions of a grid.
    static let resampling: [GradientCase] = [resampledAxes, grids].flatMap { $0 }

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
}
