import DMTensors
import Testing

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
