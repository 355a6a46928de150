import DMTensors

/// Views that pass the network together, each part of them with its own term of the loss.
struct ViewStack: Sendable {
    /// A term of the loss.
    enum Term: Sendable, Equatable {
        case labeled
        case strong(Int)
        case featureDropout
    }

    /// Some images in a row that make one term.
    struct Part: Sendable {
        var term: Term
        var images: Range<Int>
        /// The number of pixels that the term is a mean over.
        var validCount: Int
    }

    /// `[n, h, w, 3]`.
    private(set) var images = Tensor<Float>([], shape: [0, 0, 0, 3])
    /// `[n, h, w]`, 255 where a pixel does not count.
    private(set) var targets = Tensor<Int32>([], shape: [0, 0, 0])
    /// What the summed pixel losses of each image count in the total, `[n]`.
    private(set) var imageWeights = Tensor<Float>([])
    private(set) var parts: [Part] = []
    /// The image from which on channels of the features are dropped; nil for none.
    var firstDropped: Int?

    /// Adds images that make one term: weight * (sum of pixel losses) / (number of valid pixels).
    ///
    /// - Parameters:
    ///   - term: The term.
    ///   - images: `[n, h, w, 3]`.
    ///   - targets: `[n, h, w]`.
    ///   - valid: 255 where a pixel is no part of the mean, `[n, h, w]`.
    ///   - weight: The term's factor.
    mutating func append(
        _ term: Term, _ images: Tensor<Float>, targets: Tensor<Int32>, valid: Tensor<Int32>, weight: Float
    ) {
        let count = images.shape[0]
        let validCount = valid.withUnsafeElements { $0.reduce(0) { $0 + ($1 == 255 ? 0 : 1) } }
        let start = parts.last?.images.upperBound ?? 0
        let weights = Tensor<Float>(repeating: weight / Float(max(1, validCount)), shape: [count])
        self.images = start == 0 ? images : concatenated([self.images, images], along: 0)
        self.targets = start == 0 ? targets : concatenated([self.targets, targets], along: 0)
        imageWeights = start == 0 ? weights : concatenated([imageWeights, weights], along: 0)
        parts.append(Part(term: term, images: start..<start + count, validCount: validCount))
    }

    /// The targets of one term, `[n, h, w]`.
    func targets(of term: Term) -> Tensor<Int32>? {
        parts.first { $0.term == term }.map { targets.sliced(along: 0, from: $0.images.lowerBound, to: $0.images.upperBound) }
    }
}
