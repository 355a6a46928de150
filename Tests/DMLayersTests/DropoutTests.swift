import DMAutograd
import DMLayers
import DMTensors
import Testing

@Suite struct DropoutTests {
    private let ones = Variable(Tensor<Float>(repeating: 1, shape: [8, 10, 10, 50]))

    @Test(arguments: [Float(0.1), 0.5, 0.9]) func dropsTheGivenShareAndScalesTheRest(rate: Float) {
        var context = ForwardContext.training(random: RandomSource(seed: 5))
        let y = Dropout(rate: rate)(ones, &context).value.scalars
        #expect(Set(y) == [0, 1 / (1 - rate)])
        let dropped = Double(y.count { $0 == 0 })
        let (count, rate) = (Double(y.count), Double(rate))
        #expect(abs(dropped - count * rate) < 4 * (count * rate * (1 - rate)).squareRoot())
    }

    @Test func dropsWholeChannels() {
        var context = ForwardContext.training(random: RandomSource(seed: 6))
        let y = Dropout(rate: 0.5, unit: .channel)(ones, &context).value
        let channels = y.mean(along: [1, 2])
        #expect(Set(channels.scalars) == [0, 2], "all pixels of a channel share its fate")
        #expect(channels[0] != channels[1], "each image has a fate of its own")
        #expect(Set(channels[0].scalars) == [0, 2], "and each channel")
    }

    @Test func restsOutsideTraining() {
        for mode in [ForwardContext.Mode.inference, .batchStatistics] {
            var context = ForwardContext(mode: mode, random: RandomSource(seed: 0))
            #expect(Dropout(rate: 0.5)(ones, &context).value == ones.value)
        }
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        #expect(Dropout(rate: 0)(ones, &context).value == ones.value)
    }

    @Test func drawsFromTheContextAlone() {
        var (one, same) = (ForwardContext.training(random: RandomSource(seed: 0)), ForwardContext.training(random: RandomSource(seed: 0)))
        let dropout = Dropout(rate: 0.5)
        let first = dropout(ones, &one).value
        #expect(first == dropout(ones, &same).value)
        #expect(first != dropout(ones, &one).value, "the next draw is another")
    }
}
