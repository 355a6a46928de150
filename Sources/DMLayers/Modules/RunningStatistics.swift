public import DMTensors

/// The running averages of mean and variance that a batch normalization gathers while it trains.
///
/// They are recognized by an identity that their copies share: what a copy of a module, or a part of it, reports in a
/// forward pass finds its way back. Values that are set from outside (loaded, imported, averaged) begin a new identity.
public struct RunningStatistics: Sendable {
    /// The averaged mean, `[channels]`.
    public var mean: Tensor<Float> { didSet { identity = StatisticsIdentity() } }
    /// The averaged unbiased variance, `[channels]`.
    public var variance: Tensor<Float> { didSet { identity = StatisticsIdentity() } }
    /// What reports are recognized by.
    var identity = StatisticsIdentity()

    /// Mean 0 and variance 1.
    public init(channels: Int) {
        mean = Tensor(repeating: 0, shape: [channels])
        variance = Tensor(repeating: 1, shape: [channels])
    }

    /// Moves the averages toward a batch's statistics: r <- r + momentum (batch - r).
    mutating func update(toward batch: BatchStatistics) {
        // Other reports of the same statistics may still follow.
        let identity = identity
        mean += batch.momentum * (batch.mean - mean)
        variance += batch.momentum * (batch.variance - variance)
        self.identity = identity
    }
}

/// Tells running statistics from others, but not from their copies.
struct StatisticsIdentity: Sendable, Hashable {
    private final class Token: Sendable {}

    private let token = Token()
    /// Which of several copies in the module that is trained this is, and how many there are: a network may be built of
    /// copies of one layer.
    var copy = 0, copyCount = 1

    /// The same for all copies.
    var origin: ObjectIdentifier { ObjectIdentifier(token) }

    static func == (x: StatisticsIdentity, y: StatisticsIdentity) -> Bool {
        x.token === y.token && x.copy == y.copy && x.copyCount == y.copyCount
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(origin)
        hasher.combine(copy)
    }
}

/// Mean and unbiased variance of one batch at one batch normalization.
public struct BatchStatistics: Sendable {
    /// Whose they are.
    let identity: StatisticsIdentity
    /// The batch's mean, `[channels]`.
    let mean: Tensor<Float>
    /// The batch's unbiased variance, `[channels]`.
    let variance: Tensor<Float>
    /// The weight of this batch in the running statistics.
    let momentum: Float
}

extension Module {
    /// Moves running statistics toward what the batches of a forward pass showed: r <- r + momentum (batch - r).
    ///
    /// ```swift
    /// var random = RandomSource(seed: 1)
    /// var layer = BatchNormalization(channels: 3)
    /// let x = Variable(random.normal(shape: [4, 8, 8, 3]) as Tensor<Float>)
    ///
    /// var context = ForwardContext.training(random: random.split(0))
    /// _ = layer(x, &context)
    /// layer.updateRunningStatistics(from: &context)
    /// ```
    ///
    /// - Parameter context: The context of passes of this module, of its copies or of its parts; its reports are taken
    ///   out, so that none counts twice.
    /// - Precondition: Every report is of a batch normalization inside this module, whose running statistics have not
    ///   been set since.
    public mutating func updateRunningStatistics(from context: inout ForwardContext) {
        updateRunningStatistics(from: context.takeStatistics())
    }

    /// Moves running statistics toward what batches showed, one after another.
    ///
    /// - Parameter reports: What ``ForwardContext/takeStatistics()`` gave.
    /// - Precondition: Every report is of a batch normalization inside this module, whose running statistics have not
    ///   been set since.
    public mutating func updateRunningStatistics(from reports: [BatchStatistics]) {
        if reports.isEmpty { return }
        var names = StatisticsNames()
        readParameters(&names)
        for report in reports {
            let found = names.byOrigin[report.identity.origin] ?? []
            checkShape(
                !found.isEmpty,
                "batch statistics \(report.mean.shape) fit nothing in \(Self.self): they are of another module, "
                    + "or the running statistics were set since")
            checkShape(
                found.count == report.identity.copyCount,
                "batch statistics \(report.mean.shape) fit \(found.joined(separator: " and ")) of \(Self.self) alike, "
                    + "which are copies of one layer: make each by its own initializer, "
                    + "or pass forward inside valueAndGradients(of:) of the whole module")
        }
        var updater = StatisticsUpdater(
            reports: Dictionary(grouping: reports, by: \.identity), copyCounts: names.byOrigin.mapValues(\.count))
        visitParameters(&updater)
    }
}

private struct StatisticsNames: ParameterReader {
    var byOrigin: [ObjectIdentifier: [String]] = [:]

    mutating func read(_ parameter: Parameter, at name: String) {}

    mutating func read(_ statistics: RunningStatistics, at name: String) {
        byOrigin[statistics.identity.origin, default: []].append(name)
    }
}

private struct StatisticsUpdater: ParameterVisitor {
    var path: [String] = []
    let reports: [StatisticsIdentity: [BatchStatistics]]
    let copyCounts: [ObjectIdentifier: Int]
    private var copies = CopyNumbers()

    init(reports: [StatisticsIdentity: [BatchStatistics]], copyCounts: [ObjectIdentifier: Int]) {
        self.reports = reports
        self.copyCounts = copyCounts
    }

    mutating func reach(_ parameter: inout Parameter, at name: String) {}

    mutating func reach(_ statistics: inout RunningStatistics, at name: String) {
        var identity = statistics.identity
        identity.copy = copies.next(identity.origin)
        identity.copyCount = copyCounts[identity.origin] ?? 1
        for batch in reports[identity] ?? [] { statistics.update(toward: batch) }
    }
}

/// Counts copies of running statistics in the order of visiting.
struct CopyNumbers {
    private(set) var counts: [ObjectIdentifier: Int] = [:]

    /// Whether any statistics have been met twice.
    var hasCopies: Bool { counts.values.contains { $0 > 1 } }

    /// How many copies there have been before this one.
    mutating func next(_ origin: ObjectIdentifier) -> Int {
        defer { counts[origin, default: 0] += 1 }
        return counts[origin, default: 0]
    }
}
