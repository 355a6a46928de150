public import DMTensors

/// What a forward pass needs besides its input, and what it leaves behind besides its output.
///
/// ```swift
/// var random = RandomSource(seed: 1)
/// let layer = BatchNormalization(channels: 3)
/// let x = Variable(random.normal(shape: [4, 8, 8, 3]) as Tensor<Float>)
///
/// var training = ForwardContext.training(random: random.split(0))
/// _ = layer(x, &training)
/// print(training.statistics.count)      // 1
///
/// var inference = ForwardContext.inference
/// print(layer(x, &inference).shape)     // [4, 8, 8, 3]
/// ```
public struct ForwardContext: Sendable {
    /// How layers behave that act differently in training and in inference.
    public enum Mode: Sendable {
        /// Dropout acts; batch normalization uses the batch's statistics and reports them.
        case training
        /// Dropout is the identity; batch normalization uses its running statistics.
        case inference
        /// Dropout is the identity; batch normalization uses the batch's statistics and reports nothing.
        ///
        /// For a network whose running statistics have not settled yet.
        case batchStatistics
    }

    /// How layers behave.
    public var mode: Mode
    /// What batch normalizations have reported, in the order of the passes, until a module's
    /// `updateRunningStatistics(from:)` takes it out.
    public private(set) var statistics: [BatchStatistics] = []
    private var source: RandomSource?

    /// A context of the given mode.
    ///
    /// - Parameters:
    ///   - mode: How layers behave.
    ///   - random: Where dropout draws from. Equal sources draw equal numbers: split one off for each step.
    public init(mode: Mode, random: RandomSource) {
        self.mode = mode
        source = random
    }

    private init(mode: Mode) { self.mode = mode }

    /// The context of a training step.
    ///
    /// - Parameter random: Where dropout draws from. Equal sources draw equal numbers: split one off for each step.
    public static func training(random: RandomSource) -> ForwardContext { ForwardContext(mode: .training, random: random) }

    /// The context of a prediction: no layer of the library draws random numbers.
    public static var inference: ForwardContext { ForwardContext(mode: .inference) }

    /// The context of a prediction that normalizes with the statistics of its own batch.
    public static var batchStatistics: ForwardContext { ForwardContext(mode: .batchStatistics) }

    /// Where dropout draws from.
    ///
    /// - Precondition: The context was made with a source, as those of training are.
    public var random: RandomSource {
        get {
            guard let source else { fatalError("a forward context in the mode \(mode) was made without a random source") }
            return source
        }
        set { source = newValue }
    }

    /// Takes the reports of all batch normalizations out of the context.
    public mutating func takeStatistics() -> [BatchStatistics] {
        defer { statistics = [] }
        return statistics
    }

    mutating func report(_ batch: BatchStatistics) { statistics.append(batch) }
}
