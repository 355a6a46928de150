import DMAutograd
import DMLayers
import DMTensors
import DMTestSupport
import Testing

/// Two batch normalizations with a scale of their own each.
private struct Pair: Module {
    var first = BatchNormalization(channels: 2)
    var second = BatchNormalization(channels: 2)

    func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        second(first(x, &context) * 2 + 1, &context)
    }

    mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&first, "first")
        visitor.visit(&second, "second")
    }
}

/// Mean [2, 3] and unbiased variance [1, 4] over three pixels.
private let x = Variable(Tensor<Float>([1, 1, 2, 3, 3, 5], shape: [1, 1, 3, 2]))

private func training() -> ForwardContext { .training(random: RandomSource(seed: 1)) }

@Suite("Batch statistics reach the running statistics of their layer, or the program stops")
struct BatchStatisticsTests {
    @Test("a training pass outside valueAndGradients counts")
    func outsideOfGradients() {
        var layer = BatchNormalization(channels: 2, momentum: 1)
        var context = training()
        _ = layer(x, &context)
        #expect(layer.statistics.mean == Tensor([0, 0]), "a forward pass changes no module")
        layer.updateRunningStatistics(from: &context)
        #expect(layer.statistics.mean == Tensor([2, 3]))
        #expect(layer.statistics.variance == Tensor([1, 4]))
    }

    @Test("a part may be tracked and the whole updated")
    func partAndWhole() {
        var pair = Pair()
        var context = training()
        _ = valueAndGradients(of: pair.second) { $0(x, &context).squared().sum() }
        pair.updateRunningStatistics(from: &context)
        #expect(pair.first.statistics.mean == Tensor([0, 0]))
        #expect(largestDifference(pair.second.statistics.mean, Tensor([0.2, 0.3])) < 1e-7)
    }

    @Test("a part takes its own passes up")
    func partAlone() {
        var pair = Pair()
        var context = training()
        _ = pair.first(x, &context)
        pair.first.updateRunningStatistics(from: &context)
        #expect(largestDifference(pair.first.statistics.mean, Tensor([0.2, 0.3])) < 1e-7)
    }

    @Test("inside and outside of valueAndGradients give the same bits, in the order of the passes")
    func sameBits() {
        var (tracked, plain, byHand) = (Pair(), Pair(), Pair())
        var (one, other) = (training(), training())
        _ = valueAndGradients(of: tracked) { pair in
            (pair(x, &one) + pair(x * x, &one)).squared().sum()
        }
        _ = plain(x, &other)
        _ = plain(x * x, &other)
        for input in [x, x * x] {
            var context = training()
            let inner = byHand.first(input, &context) * 2 + 1
            for (path, seen) in [(\Pair.first, input), (\Pair.second, inner)] {
                let (_, mean, variance) = seen.batchNormalized(
                    scale: Variable(Tensor([1, 1])), shift: Variable(Tensor([0, 0])))
                let unbiased: Tensor<Float> = Float(3) / 2 * variance
                byHand[keyPath: path].statistics.mean += 0.1 * (mean - byHand[keyPath: path].statistics.mean)
                byHand[keyPath: path].statistics.variance += 0.1 * (unbiased - byHand[keyPath: path].statistics.variance)
            }
        }
        tracked.updateRunningStatistics(from: &one)
        plain.updateRunningStatistics(from: &other)
        #expect(tracked.state == plain.state)
        #expect(tracked.state == byHand.state)
    }

    @Test("a context that lasts for several steps counts each pass once")
    func reportsAreTakenOut() {
        var layer = BatchNormalization(channels: 2)
        var context = training()
        _ = layer(x, &context)
        layer.updateRunningStatistics(from: &context)
        #expect(context.statistics.isEmpty)
        let once = layer.state
        layer.updateRunningStatistics(from: &context)
        #expect(layer.state == once)
    }

    @Test("copies of one layer in a network keep statistics of their own")
    func copiesOfOneLayer() {
        let layer = BatchNormalization(channels: 2, momentum: 1)
        var copies = Pair(first: layer, second: layer)
        var separate = Pair(
            first: BatchNormalization(channels: 2, momentum: 1), second: BatchNormalization(channels: 2, momentum: 1))
        for _ in 0..<2 {
            var (one, other) = (training(), training())
            _ = valueAndGradients(of: copies) { $0(x, &one).squared().sum() }
            _ = valueAndGradients(of: separate) { $0(x, &other).squared().sum() }
            copies.updateRunningStatistics(from: &one)
            separate.updateRunningStatistics(from: &other)
        }
        #expect(copies.first.statistics.mean == Tensor([2, 3]))
        #expect(copies.state == separate.state)
    }

    @Test("a module that was restored takes its passes up")
    func restored() throws {
        var original = Pair()
        var context = training()
        _ = original(x, &context)
        original.updateRunningStatistics(from: &context)
        var restored = Pair()
        try restored.load(original.state)
        for _ in 0..<2 {
            _ = original(x, &context)
            original.updateRunningStatistics(from: &context)
            _ = restored(x, &context)
            restored.updateRunningStatistics(from: &context)
        }
        #expect(restored.state == original.state)
    }

    @Test("reports that fit nothing stop the program", arguments: Misfit.allCases)
    func misfits(_ misfit: Misfit) async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [misfit] in
            misfit.happen()
        }
        #expect(message(result.standardErrorContent).contains(misfit.message), "\(message(result.standardErrorContent))")
    }

    enum Misfit: String, CaseIterable, Codable {
        case foreignModule, partOfTheWhole, teacherOfItsOwnWay, copiesOutsideOfGradients

        var message: String {
            self == .copiesOutsideOfGradients
                ? "batch statistics [2] fit first.running and second.running of Pair alike, which are copies of one layer"
                : "batch statistics [2] fit nothing in "
        }

        func happen() {
            var pair = Pair()
            var context = training()
            switch self {
            case .foreignModule:
                _ = BatchNormalization(channels: 2)(x, &context)
                pair.updateRunningStatistics(from: &context)
            case .partOfTheWhole:
                _ = pair(x, &context)
                pair.first.updateRunningStatistics(from: &context)
            case .teacherOfItsOwnWay:
                var teacher = pair
                teacher.updateState { value, _, _ in value *= 0.5 }
                _ = teacher(x, &context)
                pair.updateRunningStatistics(from: &context)
            case .copiesOutsideOfGradients:
                let layer = BatchNormalization(channels: 2)
                pair = Pair(first: layer, second: layer)
                _ = pair(x, &context)
                pair.updateRunningStatistics(from: &context)
            }
        }
    }
}
