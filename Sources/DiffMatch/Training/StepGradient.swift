import DMAutograd
import DMLayers
import DMTensors

/// The gradient of one step, gathered from one forward pass after the other.
struct StepGradient {
    /// The values of the terms, and the total that is differentiated.
    private(set) var losses = StepLosses()
    /// What the student's batch normalizations saw.
    private(set) var statistics: [BatchStatistics] = []

    private let student: SegmentationModel
    private let loss: PixelLoss
    private let mode: ForwardContext.Mode
    private let microBatch: Int
    /// Where channels that are dropped are drawn from, and what the layers draw.
    private let dropout: RandomSource
    /// Where times and noise are drawn from, by one pass after the other.
    private var noise: RandomSource
    private var sum: GradientAccumulator<SegmentationModel>
    private var passCount: UInt64 = 0

    /// No gradient yet.
    ///
    /// - Parameters:
    ///   - student: The network that learns.
    ///   - loss: Its loss at each pixel.
    ///   - mode: How its layers behave.
    ///   - microBatch: The number of images that pass together; 0 for all.
    ///   - random: The step's own source.
    init(of student: SegmentationModel, loss: PixelLoss, mode: ForwardContext.Mode, microBatch: Int, random: RandomSource) {
        (self.student, self.loss, self.mode, self.microBatch) = (student, loss, mode, microBatch)
        (dropout, noise) = (random.split(1), random.split(2))
        sum = GradientAccumulator(of: student)
    }

    /// One gradient for each parameter of the student.
    var gradients: ParameterValues { sum.gradients }

    /// Forward and backward of the terms of one pass; each stays a mean over all its pixels, whatever the micro-batches are.
    mutating func add(_ terms: [LossTerm]) {
        let pass = JoinedTerms(terms)
        let (loss, mode) = (loss, mode)
        let layers = dropout.split(passCount)
        var draws = DiffusionDraws(images: pass.count, times: loss.diffusion.trainingTimes, random: noise)
        let dropped = pass.featureDropout(channels: student.encoder.channels, random: dropout)
        let accumulation = GradientAccumulation(microBatch: microBatch, imageWeights: pass.imageWeights, mining: pass.mining)
        let learned = accumulation(of: student, targets: pass.targets, loss: loss, into: &sum) { student, images in
            var context = ForwardContext(mode: mode, random: layers.split(UInt64(images.lowerBound)))
            let features = student.features(
                of: pass.images.images(images), dropout: pass.drops(in: images) ? dropped?.images(images) : nil, &context)
            let losses = loss(student, features: features, targets: pass.targets.images(images), draws: &draws, images: images)
            return (losses, context.takeStatistics())
        }
        (noise, passCount) = (draws.random, passCount + 1)
        statistics += learned.statistics
        for value in learned.values { losses.total += value }
        for (term, range) in zip(terms, pass.ranges) {
            losses.append(term.name, learned.perImage[range].reduce(0, +) / Float(max(1, term.pixelCount)))
        }
    }
}

/// The terms of one forward pass, side by side.
private struct JoinedTerms {
    private let terms: [LossTerm]
    /// The images of each term.
    let ranges: [Range<Int>]
    /// `[n, h, w, 3]`.
    let images: Tensor<Float>
    /// `[n, h, w]`.
    let targets: Tensor<Int32>
    /// What the summed pixel losses of each image count in the total, `[n]`.
    let imageWeights: Tensor<Float>

    init(_ terms: [LossTerm]) {
        self.terms = terms
        var start = 0
        ranges = terms.map { term in
            defer { start += term.images.shape[0] }
            return start..<start + term.images.shape[0]
        }
        images = terms.count == 1 ? terms[0].images : concatenated(terms.map(\.images), along: 0)
        targets = terms.count == 1 ? terms[0].targets : concatenated(terms.map(\.targets), along: 0)
        imageWeights = concatenated(
            terms.map { Tensor(repeating: $0.weight / Float(max(1, $0.pixelCount)), shape: [$0.images.shape[0]]) }, along: 0)
    }

    /// The number of images.
    var count: Int { images.shape[0] }

    /// The images of which only hard pixels count.
    var mining: [GradientAccumulation.MinedImages] {
        zip(terms, ranges).compactMap { term, range in term.mining.map { .init(images: range, rule: $0) } }
    }

    /// The dropout of feature channels, nil where no term has any.
    func featureDropout(channels: (lowLevel: Int, highLevel: Int), random: RandomSource) -> FeatureDropout? {
        guard drops(in: 0..<count) else { return nil }
        var random = random
        if terms.contains(where: \.complementsDropout) {
            return FeatureDropout(
                complements: zip(terms, ranges).map { (images: $1.count, isOne: $0.complementsDropout) }, channels: channels,
                random: &random)
        }
        return FeatureDropout(
            groups: zip(terms, ranges).map { (images: $1.count, rate: $0.featureDropout) }, channels: channels, random: &random)
    }

    /// Whether channels of any of these images' features are dropped.
    func drops(in images: Range<Int>) -> Bool {
        zip(terms, ranges).contains { ($0.featureDropout > 0 || $0.complementsDropout) && $1.overlaps(images) }
    }
}
