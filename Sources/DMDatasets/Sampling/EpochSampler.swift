public import DMTensors

/// An endless random order of samples: each epoch is a new permutation of all of them.
///
/// Position `p` lies in epoch `p / count`, whose permutation is drawn from the seed and the number of the epoch alone. So
/// a training can go on at any position, and no state has to be saved.
///
/// ```swift
/// let sampler = EpochSampler(count: 50, random: RandomSource(seed: 7))
/// let index = sampler.index(at: 120)     // the 21st sample of the third epoch
/// ```
public struct EpochSampler: Sendable {
    /// The number of samples in an epoch.
    public let count: Int
    private let random: RandomSource

    /// The order of `count` samples, drawn from `random`.
    ///
    /// - Precondition: `count > 0`.
    public init(count: Int, random: RandomSource) {
        checkShape(count > 0, "a sampler needs at least one sample")
        self.count = count
        self.random = random
    }

    /// The order of an epoch, counted from 0.
    public func permutation(ofEpoch epoch: Int) -> [Int] {
        var random = random.split(UInt64(epoch))
        return random.permutation(of: count)
    }

    /// The sample at a position, counted from 0.
    public func index(at position: Int) -> Int { permutation(ofEpoch: position / count)[position % count] }

    /// The samples of a batch.
    ///
    /// - Parameters:
    ///   - step: The number of the batch, counted from 0.
    ///   - size: The number of samples in a batch; batches cross the end of an epoch.
    /// - Returns: The `size` samples at positions `step * size` and after.
    public func batch(at step: Int, size: Int) -> [Int] {
        let positions = step * size..<(step + 1) * size
        var permutations: [Int: [Int]] = [:]
        return positions.map { position in
            let epoch = position / count
            let order = permutations[epoch] ?? permutation(ofEpoch: epoch)
            permutations[epoch] = order
            return order[position % count]
        }
    }
}
