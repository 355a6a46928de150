import DMAutograd
import DMTensors

extension GradientCase {
    /// Normalization, resizing, sampling, attention and the loss.
    static let networks: [GradientCase] = [normalization, resizing, sampling, attention, loss].flatMap { $0 }

    private static let normalized: [[[Int]]] = [[2, 3, 4], [5, 1], [2, 2, 2, 3], [1, 7], [9, 17], [3, 0]].map {
        [$0, [$0[$0.count - 1]], [$0[$0.count - 1]]]
    }

    private static let normalization: [GradientCase] = [
        each(.batchNormalize, of: normalized) { $0[0].batchNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1).output },
        each(.batchNormalize, of: normalized) {
            $0[0].batchNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1, activation: .rectifiedLinear).output
        },
        each(.normalize, of: normalized) {
            let (mean, variance) = statistics($0[1].shape)
            return $0[0].normalized(mean: mean, variance: variance, scale: $0[1], shift: $0[2])
        },
        each(.normalize, of: normalized) {
            let (mean, variance) = statistics($0[1].shape)
            return $0[0].normalized(mean: mean, variance: variance, scale: $0[1], shift: $0[2], activation: .rectifiedLinear)
        },
        each(.batchNormalize, of: normalized) {
            $0[0].batchNormalized(scale: $0[1] * 8, shift: $0[2], epsilon: 0.1, activation: .rectifiedLinear6).output
        },
        each(.batchNormalize, of: normalized.map { $0 + [$0[0]] }) {
            $0[0].batchNormalized(
                scale: $0[1] * 8, shift: $0[2], epsilon: 0.1, activation: .rectifiedLinear6, adding: $0[3]
            ).output
        },
        each(.batchNormalize, of: normalized.map { $0 + [$0[0]] }) {
            $0[0].batchNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1, activation: .rectifiedLinear, adding: $0[3]).output
        },
        each(.normalize, of: normalized.map { $0 + [$0[0]] }) {
            let (mean, variance) = statistics($0[1].shape)
            return $0[0].normalized(mean: mean, variance: variance, scale: $0[1], shift: $0[2], adding: $0[3])
        },
        each(
            .modulate,
            of: [[2, 3, 4], [1, 1, 1], [3, 7], [2, 2, 3, 5], [2, 0, 3], [0, 2, 3]].map { [$0, [$0[0], $0.last!], [$0[0], $0.last!]] }
        ) {
            $0[0].modulated(scale: $0[1], shift: $0[2])
        },
        each(.layerNormalize, of: normalized) { $0[0].layerNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1) },
    ].flatMap { $0 }

    private static func statistics(_ shape: [Int]) -> (mean: Tensor<Double>, variance: Tensor<Double>) {
        (spread([shape], in: -1...1)[0], spread([shape], in: 0.5...2)[0])
    }

    private static let images: [[[Int]]] = [[[1, 2, 3, 2]], [[2, 3, 3, 1]], [[1, 1, 1, 3]], [[1, 5, 4, 1]], [[1, 1, 6, 2]]]

    private static let resizing: [GradientCase] = [true, false].flatMap { alignsCorners in
        [(5, 7), (2, 2), (1, 3)].flatMap { height, width in
            each(.resize, of: images) { $0[0].resized(height: height, width: width, alignsCorners: alignsCorners) }
                + each(.resizeNearest, of: images) {
                    $0[0].resizedNearest(height: height, width: width, alignsCorners: alignsCorners)
                }
        }
    }

    /// Some of the positions lie beyond each border.
    private static let sampling: [GradientCase] = [
        (values: [1, 3, 4, 2], positions: [1, 5, 1, 1, 2]), (values: [2, 4, 4, 6], positions: [2, 3, 2, 4, 2]),
        (values: [1, 1, 1, 1], positions: [1, 6, 1, 2, 2]), (values: [1, 5, 3, 27], positions: [1, 4, 3, 3, 2]),
        (values: [9, 2, 3, 4], positions: [9, 2, 2, 1, 2]), (values: [1, 3, 3, 2], positions: [1, 0, 2, 4, 2]),
    ].map { shapes in
        GradientCase(
            operation: .sampleDeformably,
            operands: spread([shapes.values]) + spread([shapes.positions], in: -1.3...4.7)
                + spread([shapes.positions.dropLast()]),
            function: { deformableSampled(values: $0[0], positions: $0[1], weights: $0[2]) })
    }

    private static let attention: [GradientCase] =
        each(
            .softmaxAttention,
            of: [[1, 1, 2], [2, 3, 6], [1, 9, 4], [1, 5, 34], [2, 0, 2]].map { [$0, [$0[0], 4, $0[2]], [$0[0], 4, $0[2]]] }
        ) { softmaxAttention(queries: $0[0], keys: $0[1], values: $0[2], heads: 2) }
        + each(.softmaxAttention, of: [[[1, 66, 2]], [[2, 4, 3]]]) {
            softmaxAttention(queries: $0[0], keys: $0[0], values: $0[0], heads: 1)
        }

    private static let loss: [GradientCase] = pixelLoss + resizedLoss + likelihoods

    private static let likelihoods: [GradientCase] = LossReduction.allCases.flatMap { reduction in
        each(.negativeLogLikelihood, of: [[[4, 3]], [[2, 2, 3]]]) { operands in
            let targets = Tensor<Int32>([2, -1, 0, 1], shape: operands[0].shape.dropLast())
            return negativeLogLikelihood(
                operands[0].logSoftmax(), targets, weights: Tensor([0.5, 2, 1]), ignoring: -1, reduction: reduction)
        }
            + each(.negativeLogLikelihood, of: [[[1, 2]]]) { negativeLogLikelihood($0[0], Tensor([1]), reduction: reduction) }
    }

    private static let resizedLoss: [GradientCase] = [true, false].flatMap { alignsCorners in
        each(
            .resizedCrossEntropy,
            of: [[[1, 2, 3, 2]], [[2, 3, 3, 5]], [[1, 1, 1, 3]], [[1, 5, 4, 1]], [[0, 2, 2, 3]], [[1, 6, 5, 19]]]
        ) {
            let shape = [$0[0].shape[0], 4, 7], classes = $0[0].shape[3]
            let targets = (0..<shape.reduce(1, *)).map { $0 % 5 == 2 ? Int32(255) : Int32($0 * 2 % classes) }
            return resizedCrossEntropy($0[0], Tensor(targets, shape: shape), alignsCorners: alignsCorners)
        }
    }

    private static let pixelLoss: [GradientCase] = each(
        .softmaxCrossEntropy, of: [[[3]], [[4, 1]], [[7, 5]], [[2, 3, 21]], [[0, 4]], [[2, 2, 2, 3]]]
    ) {
        let classes = $0[0].shape[$0[0].shape.count - 1]
        let count = $0[0].shape.reduce(1, *) / classes
        let targets = (0..<count).map { $0 % 4 == 2 ? Int32(255) : Int32($0 * 2 % classes) }
        return softmaxCrossEntropy($0[0], Tensor(targets, shape: $0[0].shape.dropLast()))
    }
}

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
