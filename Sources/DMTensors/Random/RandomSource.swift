import CDMKernels

/// A source of random numbers that is a value: a copy repeats what the original draws.
///
/// Number i is the cipher Philox4x32-10 of i under a key (Salmon et al., "Parallel Random Numbers: As
/// Easy as 1, 2, 3", 2011). So large draws are made by several threads with the same result, and
/// sources split off by purpose and index do not depend on what others have drawn.
///
/// ```swift
/// var source = RandomSource(seed: 42).split(epoch).split(index)
/// let noise: Tensor<Float> = source.normal(shape: [8, 8])
/// ```
public struct RandomSource: RandomNumberGenerator, Sendable, Equatable, Codable {
    private let key: UInt64
    private let stream: UInt64
    /// The words drawn so far.
    private var position: UInt64 = 0

    /// The source of a seed.
    public init(seed: UInt64) { self.init(key: seed, stream: 0) }

    private init(key: UInt64, stream: UInt64) {
        self.key = key
        self.stream = stream
    }

    /// An independent source, the same for the same index whatever this one has drawn.
    public func split(_ index: UInt64) -> RandomSource {
        // Under another key, so that no number drawn here is a part of it.
        let derived = RandomSource.words(index, stream: stream, key: ~key)
        return RandomSource(key: derived.lowHalf.joined, stream: derived.highHalf.joined)
    }

    /// The next 32 random bits.
    public mutating func nextUInt32() -> UInt32 {
        defer { position += 1 }
        return RandomSource.words(position / 4, stream: stream, key: key)[Int(position % 4)]
    }

    /// The next 64 random bits.
    public mutating func nextUInt64() -> UInt64 {
        position += position % 2
        defer { position += 2 }
        let words = RandomSource.words(position / 4, stream: stream, key: key)
        return (position % 4 == 0 ? words.lowHalf : words.highHalf).joined
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 { nextUInt64() }

    private static func words(_ block: UInt64, stream: UInt64, key: UInt64) -> SIMD4<UInt32> {
        Philox.block(SIMD4(lowHalf: block.halves, highHalf: stream.halves), key: key.halves)
    }

    /// Independent numbers, uniform between two bounds.
    ///
    /// - Parameters:
    ///   - shape: The shape of the result.
    ///   - range: Has a lower bound below its upper one, which is never drawn. Numbers have 24 random
    ///     bits in `Float` and 53 in `Double`.
    public mutating func uniform<Scalar: FloatingPointScalar>(
        shape: [Int], in range: Range<Scalar> = 0..<1
    ) -> Tensor<Scalar> {
        require(!range.isEmpty, "random numbers from the empty range \(range)")
        let width = Double(range.upperBound - range.lowerBound)
        return drawn(shape: shape) { stream, block, z, count in
            Scalar.kernelTables.random.uniform(
                stream, block, Double(range.lowerBound), width, Double(range.upperBound.nextDown), z, count)
        }
    }

    /// A number uniform between two bounds, the upper of which is never drawn.
    public mutating func uniform<Scalar: FloatingPointScalar>(in range: Range<Scalar> = 0..<1) -> Scalar {
        uniform(shape: [], in: range).scalar
    }

    /// Independent standard normal numbers, by the method of Box and Muller.
    ///
    /// - Parameter shape: The shape of the result.
    public mutating func normal<Scalar: FloatingPointScalar>(shape: [Int]) -> Tensor<Scalar> {
        drawn(shape: shape) { Scalar.kernelTables.random.normal($0, $1, $2, $3) }
    }

    /// A whole number, each below `bound` with equal probability.
    ///
    /// - Parameter bound: At least 1.
    public mutating func index(below bound: Int) -> Int {
        require(bound > 0, "no number lies from 0 to below \(bound)")
        // The high half of a product; draws that would favor some numbers are repeated. Lemire, "Fast
        // Random Integer Generation in an Interval", 2019.
        let bound = UInt64(bound), uneven = (0 &- bound) % bound
        while true {
            let product = nextUInt64().multipliedFullWidth(by: bound)
            if product.low >= uneven { return Int(product.high) }
        }
    }

    /// The numbers `0 ..< count` in random order, each order with equal probability.
    public mutating func permutation(of count: Int) -> [Int] {
        var numbers = Array(0..<count)
        for last in numbers.indices.dropFirst().reversed() { numbers.swapAt(last, index(below: last + 1)) }
        return numbers
    }

    /// A tensor filled from whole blocks.
    private mutating func drawn<Scalar: FloatingPointScalar>(
        shape: [Int], by kernel: (dm_random_stream, UInt64, UnsafeMutableRawPointer, Int) -> Void
    ) -> Tensor<Scalar> {
        let perBlock = Scalar.kernelTables.random.per_block
        let first = (position + 3) / 4, stream = dm_random_stream(key: key, stream: stream)
        let result = Tensor<Scalar>(shape: shape) { z in
            guard let target = z.baseAddress else { return }
            Parallelism.forEachUncheckedChunk(of: z.count, size: Parallelism.grain) {
                kernel(stream, first + UInt64($0.lowerBound / perBlock), target + $0.lowerBound, $0.count)
            }
        }
        position = 4 * (first + UInt64((result.count + perBlock - 1) / perBlock))
        return result
    }
}

extension UInt64 {
    fileprivate var halves: SIMD2<UInt32> { SIMD2(UInt32(truncatingIfNeeded: self), UInt32(truncatingIfNeeded: self >> 32)) }
}

extension SIMD2<UInt32> {
    fileprivate var joined: UInt64 { UInt64(self[1]) << 32 | UInt64(self[0]) }
}

extension RandomSource {
    /// A mask that drops elements at random and scales the others up, so that the mean of a product with it is kept.
    ///
    /// Each element is 0 with probability `rate`, else `1 / (1 - rate)`. Srivastava et al., *Dropout*, JMLR 2014.
    ///
    /// - Parameters:
    ///   - shape: The shape of what is to be multiplied.
    ///   - rate: The share that is dropped, in `0 ..< 1`.
    public mutating func dropoutMask<Scalar: FloatingPointScalar>(shape: [Int], rate: Double) -> Tensor<Scalar> {
        require(rate >= 0 && rate < 1, "the share that dropout drops is at least 0 and below 1, not \(rate)")
        let dropped: Tensor<Bool> = (uniform(shape: shape) as Tensor<Scalar>) .< Scalar(rate)
        return select(where: dropped, Tensor(0), Tensor(Scalar(1 / (1 - rate))))
    }

    /// A mask that drops whole channels of single images.
    ///
    /// Tompson et al., *Efficient Object Localization Using Convolutional Networks*, CVPR 2015.
    ///
    /// - Parameters:
    ///   - shape: The shape of what is to be multiplied, `[n, ..., c]`.
    ///   - rate: The share of channels that are dropped, in `0 ..< 1`.
    /// - Returns: The mask `[n, 1, ..., 1, c]`, which repeats itself over the other axes.
    public mutating func channelDropoutMask<Scalar: FloatingPointScalar>(shape: [Int], rate: Double) -> Tensor<Scalar> {
        require(shape.count >= 2, "channels are dropped of [n, ..., c], not of \(shape)")
        let inner = [Int](repeating: 1, count: shape.count - 2)
        return dropoutMask(shape: [shape[0]] + inner + [shape[shape.count - 1]], rate: rate)
    }
}

/// The block cipher Philox4x32 with ten rounds.
///
/// Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", 2011.
package enum Philox {
    /// Four random words for each counter and key.
    package static func block(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (c, k) = (counter, key)
        for _ in 0..<10 {
            let a = c[0].multipliedFullWidth(by: 0xd251_1f53), b = c[2].multipliedFullWidth(by: 0xcd9e_8d57)
            c = SIMD4(b.high ^ c[1] ^ k[0], b.low, a.high ^ c[3] ^ k[1], a.low)
            k &+= SIMD2(0x9e37_79b9, 0xbb67_ae85)
        }
        return c
    }
}
