import DMTensors
import Testing

@Suite struct RandomSourceTests {
    /// The known answers that the authors of the cipher publish.
    @Test func cipherGivesTheKnownAnswers() {
        #expect(Philox.block(.zero, key: .zero) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox.block(SIMD4(repeating: .max), key: SIMD2(repeating: .max)) == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox.block(SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0))
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func tensorsHoldWhatTheSourceDraws() {
        var words = RandomSource(seed: 7).split(3), floats = words, doubles = words
        let x: Tensor<Float> = floats.uniform(shape: [1001])
        let y: Tensor<Double> = doubles.uniform(shape: [501])
        var copy = words
        #expect(x.scalars == (0..<1001).map { _ in Float(words.nextUInt32() >> 8) * 0x1p-24 })
        #expect(y.scalars == (0..<501).map { _ in Double(copy.nextUInt64() >> 11) * 0x1p-53 })
        // A tensor takes whole blocks of four words, so what follows does not overlap it.
        #expect(floats.nextUInt32() != words.nextUInt32())
    }

    @Test func aCopyRepeatsAndSplitsDiffer() {
        let source = RandomSource(seed: 1)
        var (a, b, c) = (source, source, source)
        _ = c.nextUInt32()
        #expect(a.nextUInt64() == b.nextUInt64())
        #expect(source.split(5) == c.split(5))
        var firsts = Set<UInt64>()
        for index in 0..<1000 {
            var child = source.split(UInt64(index))
            firsts.insert(child.nextUInt64())
        }
        #expect(firsts.count == 1000)
    }

    @Test func uniformNumbersPassTheChiSquareTest() {
        var source = RandomSource(seed: 11)
        let x: Tensor<Float> = source.uniform(shape: [1_000_000])
        var counts = [Double](repeating: 0, count: 100)
        for number in x.scalars { counts[Int(number * 100)] += 1 }
        let statistic = counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 }
        // 99 degrees of freedom: 60 to 149 but once in a thousand draws on either side.
        #expect((60...149).contains(statistic))
    }

    @Test func normalNumbersPassTheChiSquareTest() {
        var source = RandomSource(seed: 12)
        chiSquareOfNormal(source.normal(shape: [1_000_000]) as Tensor<Float>)
        chiSquareOfNormal(Tensor<Float>(converting: source.normal(shape: [1_000_000]) as Tensor<Double>))
    }

    private func chiSquareOfNormal(_ x: Tensor<Float>) {
        // Bounds between which a normal number lies with probability 1/10 each.
        let bounds: [Float] = [-1.2815516, -0.8416212, -0.5244005, -0.2533471, 0, 0.2533471, 0.5244005, 0.8416212, 1.2815516]
        var counts = [Double](repeating: 0, count: 10)
        for number in x.scalars { counts[bounds.reduce(0) { $0 + ($1 < number ? 1 : 0) }] += 1 }
        let statistic = counts.reduce(0) { $0 + ($1 - 100_000) * ($1 - 100_000) / 100_000 }
        // 9 degrees of freedom.
        #expect((1.1...27.9).contains(statistic))
        #expect(abs(x.mean()) < 4e-3)
        #expect(abs(x.variance(along: [0]).scalar - 1) < 6e-3)
        // Neighbors are made from one point in the plane, and yet do not go together.
        let pairs = x.reshaped(to: [500_000, 2])
        let products = pairs.sliced(along: 1, from: 0, to: 1) * pairs.sliced(along: 1, from: 1, to: 2)
        #expect(abs(products.mean()) < 6e-3)
    }

    @Test func numbersStayBelowTheUpperBound() {
        var source = RandomSource(seed: 2)
        let x: Tensor<Float> = source.uniform(shape: [100_000], in: 1..<(1 + 3 * Float.ulpOfOne))
        #expect(x.minimum() == 1)
        #expect(x.maximum() == 1 + 2 * Float.ulpOfOne)
    }

    @Test func permutationsAreUniform() {
        var source = RandomSource(seed: 3)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<24_000 { counts[source.permutation(of: 4), default: 0] += 1 }
        #expect(counts.count == 24)
        let statistic = counts.values.reduce(0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
        // 23 degrees of freedom.
        #expect((7.5...49.8).contains(statistic))
        #expect(source.permutation(of: 0) == [])
        #expect(source.permutation(of: 1000).sorted() == Array(0..<1000))
    }

    @Test func emptyRangeAndBoundStopTheProgram() async {
        await #expect(processExitsWith: .failure) {
            var source = RandomSource(seed: 0)
            _ = source.uniform(shape: [2], in: 1..<1) as Tensor<Float>
        }
        await #expect(processExitsWith: .failure) {
            var source = RandomSource(seed: 0)
            _ = source.index(below: 0)
        }
    }
}

@Suite("Dropout masks")
struct DropoutTests {
    @Test("drop the wanted share and keep the mean", arguments: [0.0, 0.1, 0.5, 0.9])
    func share(rate: Double) {
        var source = RandomSource(seed: 1)
        let count = 40000
        let mask: Tensor<Double> = source.dropoutMask(shape: [200, 200], rate: rate)
        let dropped = mask.scalars.filter { $0 == 0 }.count
        #expect(mask.scalars.allSatisfy { $0 == 0 || $0 == 1 / (1 - rate) })
        // Five standard deviations of a binomial distribution.
        #expect(abs(Double(dropped) - rate * Double(count)) <= 5 * (Double(count) * rate * (1 - rate)).squareRoot())
    }

    @Test("depend on the source alone, and move it on")
    func seeded() {
        var (first, second) = (RandomSource(seed: 3), RandomSource(seed: 3))
        let a: Tensor<Float> = first.dropoutMask(shape: [100], rate: 0.5)
        let b: Tensor<Float> = second.dropoutMask(shape: [100], rate: 0.5)
        #expect(a == b)
        #expect(first.dropoutMask(shape: [100], rate: 0.5) != a)
    }

    @Test("of channels repeat themselves over the pixels")
    func channels() {
        var source = RandomSource(seed: 5)
        let mask: Tensor<Float> = source.channelDropoutMask(shape: [4, 3, 2, 50], rate: 0.5)
        #expect(mask.shape == [4, 1, 1, 50])
        #expect(Set(mask.scalars) == [0, 2])
        let product = Tensor<Float>(repeating: 1, shape: [4, 3, 2, 50]) * mask
        #expect(product.mean(along: [1, 2]).reshaped(to: mask.shape) == mask)
    }

    @Test("refuse to drop everything")
    func wrongRate() async {
        await #expect(processExitsWith: .failure) {
            var source = RandomSource(seed: 1)
            let _: Tensor<Float> = source.dropoutMask(shape: [2], rate: 1)
        }
    }
}
