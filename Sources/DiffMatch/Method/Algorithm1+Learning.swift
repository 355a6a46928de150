import DMAutograd
import DMLayers
import DMTensors

extension Algorithm1 {
    /// What the passes of a step draw from and leave behind, one after another.
    struct Draws {
        var context: ForwardContext
        var noise: RandomSource
    }

    /// Forward and backward of the views of a stack, a micro-batch at a time.
    ///
    /// Each term stays a mean over all its valid pixels of the step, so that micro-batches change the batch
    /// statistics and the rounding alone. Times, dropped channels and noise are drawn as if the views passed together
    /// (noise where a mask's numbers fill whole blocks of the generator, which are of four).
    ///
    /// - Parameters:
    ///   - views: The views.
    ///   - student: The network that learns.
    ///   - draws: The step's random numbers and statistics.
    ///   - sum: Receives the gradients.
    ///   - losses: Receives the terms, and adds to the total.
    func learn(
        from views: ViewStack, _ student: SegmentationModel, _ draws: inout Draws, _ sum: inout GradientAccumulator<SegmentationModel>,
        _ losses: inout StepLosses
    ) {
        let count = views.images.shape[0]
        let dropout = views.firstDropped.map {
            FeatureDropout(
                rate: featureDropout, images: count, firstImage: $0, channels: student.encoder.channels, random: &draws.context.random)
        }
        let times = (0..<count).map { _ in Double.random(in: headLoss.timeRange, using: &draws.noise) }
        func pixelLosses(_ student: SegmentationModel, _ range: Range<Int>, _ draws: inout Draws) -> HeadLoss.Pixels {
            let suffers = (views.firstDropped ?? count) < range.upperBound
            let features = student.features(
                of: views.images.images(range), dropout: suffers ? dropout?.of(range) : nil, &draws.context)
            return headLoss(
                student, features: features, targets: views.targets.images(range), times: Array(times[range]), random: &draws.noise)
        }

        let ranges = MicroBatches(of: count, size: microBatch).ranges
        var foreseen = draws
        let hard = ranges.count == 1 ? nil : hardFactors(of: views, in: ranges) { pixelLosses(student, $0, &foreseen).own.value }
        var perImage: [Float] = []
        for range in ranges {
            losses.total += sum.add { student in
                var pixels = pixelLosses(student, range, &draws)
                let factors = ranges.count == 1 ? hardFactors(of: views, in: [range]) { _ in pixels.own.value } : hard
                if let factors, range.upperBound <= factors.shape[0] { pixels *= factors.images(range) }
                perImage += pixels.own.value.sum(along: [1, 2]).scalars
                let sums = pixels.total(auxiliaryWeight: auxiliaryWeight).sum(along: [1, 2])
                return (sums * Variable(views.imageWeights.images(range))).sum()
            }
        }
        losses.add(views.parts, perImage: perImage)
    }

    /// What the pixel losses of a stack are multiplied by, up to the last micro-batch with labeled images; nil where all
    /// pixels count alike.
    ///
    /// The hard pixels are sought among all labeled images: where those do not pass together, their losses are
    /// needed before the first of them learns.
    private func hardFactors(
        of views: ViewStack, in ranges: [Range<Int>], losses: (Range<Int>) -> Tensor<Float>
    ) -> Tensor<Float>? {
        guard let hardPixels, let labeled = views.parts.first(where: { $0.term == .labeled }) else { return nil }
        let seen = concatenated(ranges.filter { $0.lowerBound < labeled.images.upperBound }.map(losses), along: 0)
        return hardPixels.factors(losses: seen, targets: views.targets.images(0..<seen.shape[0]), images: labeled.images)
    }
}
