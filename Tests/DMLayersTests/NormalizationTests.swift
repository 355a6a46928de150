import DMAutograd
import DMLayers
import DMTensors
import DMTestSupport
import Testing

/// The numbers are those of `torch.nn.BatchNorm2d(2)` of PyTorch in double precision.
@Suite struct BatchNormalizationTests {
    private let x = Variable(Tensor<Float>((0..<24).map { Float(($0 * 5) % 11) / 4 - 1 }, shape: [2, 2, 3, 2]))
    private var layer = BatchNormalization(channels: 2)

    init() {
        layer.weight.value = Tensor([1.5, -0.5])
        layer.bias.value = Tensor([0.25, 1])
    }

    private static let trained: [Double] = [
        -1.8157153093534109, 1.0, 2.691299911054031, 1.1651431235261651, 2.240598389013287, 1.3302862470523302, 1.7898968669725428,
        1.4954293705783954,
    ]
    private static let inferred: [Double] = [
        -1.5974577357476056, 0.9665795628847383, 2.301846253166521, 1.0972131933026994, 1.9119158542751085, 1.2278468237206606,
        1.5219854553836958, 1.3584804541386215,
    ]

    @Test func trainsAsPyTorch() {
        var copy = layer
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        _ = valueAndGradients(of: layer) { layer in
            let y = layer(x, &context)
            #expect(largestDifference(Tensor(Array(y.value.scalars.prefix(8))), Tensor(Self.trained)) < 2e-6)
            _ = layer(x * x + 1, &context)
            return y.sum()
        }
        #expect(copy.statistics.mean == Tensor([0, 0]), "a forward pass changes no module")
        copy.updateRunningStatistics(from: &context)
        #expect(largestDifference(copy.statistics.mean, Tensor([0.1844791666666667, 0.1860416666666667])) < 1e-6)
        #expect(largestDifference(copy.statistics.variance, Tensor([0.9248763020833334, 0.9155989583333334])) < 1e-6)

        var inference = ForwardContext.inference
        let y = copy(x, &inference).value
        #expect(largestDifference(Tensor(Array(y.scalars.prefix(8))), Tensor(Self.inferred)) < 2e-6)
        #expect(inference.statistics.isEmpty)
    }

    @Test func batchStatisticsReportNothing() {
        var training = ForwardContext.training(random: RandomSource(seed: 0))
        var unsettled = ForwardContext.batchStatistics
        #expect(layer(x, &unsettled).value == layer(x, &training).value)
        #expect(training.statistics.count == 1)
        #expect(unsettled.statistics.isEmpty)
    }

    @Test func statisticsReachTheirOwnLayer() {
        struct Pair: Module {
            var first = BatchNormalization(channels: 2)
            var second = BatchNormalization(channels: 2)

            mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
                visitor.visit(&first, "first")
                visitor.visit(&second, "second")
            }
        }
        var pair = Pair()
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        _ = valueAndGradients(of: pair) { $0.second(x, &context).sum() }
        pair.updateRunningStatistics(from: &context)
        #expect(pair.first.statistics.mean == Tensor([0, 0]))
        #expect(pair.second.statistics.mean != Tensor([0, 0]))
    }

    @Test func anActivationCanFollow() {
        var rectified = BatchNormalization(channels: 2, activation: .rectifiedLinear)
        rectified.weight = layer.weight
        rectified.bias = layer.bias
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        #expect(rectified(x, &context).value == layer(x, &context).value.relu())
    }
}
