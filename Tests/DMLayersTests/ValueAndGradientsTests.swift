import DMAutograd
import DMLayers
import DMTensors
import DMTestSupport
import Testing

@Suite struct ValueAndGradientsTests {
    private let images: Tensor<Float>
    private let network: SmallNetwork

    init() {
        var random = RandomSource(seed: 11)
        images = random.normal(shape: [3, 6, 8, 3])
        network = SmallNetwork(random: &random)
    }

    private func loss(_ network: SmallNetwork) -> Variable<Float> {
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        return network(Variable(images), &context).squared().mean()
    }

    /// Along a random direction of each parameter, against central differences of fourth order.
    @Test func gradientsAgreeWithDifferences() {
        let (value, gradients) = valueAndGradients(of: network, loss)
        #expect(value == loss(network).value.scalar)
        #expect(gradients.names == network.parameters.names)
        var random = RandomSource(seed: 12)
        let step: Float = 0.01
        for index in 0..<gradients.count {
            let direction: Tensor<Float> = random.normal(shape: gradients[index].shape)
            func moved(by length: Float) -> Float {
                var moved = network
                moved.updateParameters { value, _, place in if place == index { value += length * direction } }
                return loss(moved).value.scalar
            }
            let (near, far) = (moved(by: step) - moved(by: -step), moved(by: 2 * step) - moved(by: -2 * step))
            let measured = (8 * near - far) / (12 * step)
            let computed = (gradients[index] * direction).sum()
            #expect(abs(measured - computed) < 1e-3 + 0.01 * abs(computed), "\(gradients.names[index]): \(measured), \(computed)")
            // What is added to all keys of an attention, or in front of a batch normalization, changes nothing.
            let isIdle = ["attention.k_proj.bias", "conv.bias"].contains(gradients.names[index])
            #expect(isIdle == (abs(computed) < 1e-5), "\(gradients.names[index])")
        }
    }

    @Test func termsAddUpToTheGradientOfTheirSum() {
        let (value, expected) = valueAndGradients(of: network) { loss($0) + loss($0) * 0.5 }
        var sum = GradientAccumulator(of: network)
        let first = sum.add(loss)
        let second = sum.add { loss($0) * 0.5 }
        #expect(first + second == value)
        #expect(sum.gradients == expected)
        #expect(GradientAccumulator(of: network).gradients.values.allSatisfy { $0.absoluteValue().sum() == 0 })
    }

    @Test func onlyTheGivenCopyIsTracked() {
        let teacher = network
        let (_, gradients) = valueAndGradients(of: network) { student in
            #expect(student.convolution.weight.variable.isTracked)
            #expect(!teacher.convolution.weight.variable.isTracked)
            return (loss(student) * loss(teacher))
        }
        let factor = loss(network).value.scalar
        let alone = valueAndGradients(of: network, loss).gradients
        for (product, single) in zip(gradients.values, alone.values) {
            let difference = (product - factor * single).absoluteValue().maximum()
            #expect(difference <= 1e-5 * max(1, single.absoluteValue().maximum()), "the teacher is a constant")
        }
        #expect(!network.convolution.weight.variable.isTracked, "the model itself is as it was")
    }

    @Test func aLossOfAnotherCopyStopsTheProgram() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = RandomSource(seed: 1)
            let linear = Linear(inputs: 2, outputs: 1, random: &random)
            _ = valueAndGradients(of: linear) { _ in linear(Variable(Tensor([1, 2], shape: [1, 2]))).sum() }
        }
        let expected = "the loss does not depend on the parameters of Linear: compute it with the module that the closure is handed"
        #expect(message(result.standardErrorContent).contains(expected))
    }

    @Test func whatIsNotUsedHasAGradientOfZero() {
        let (_, gradients) = valueAndGradients(of: network) { $0.table.weight.variable.sum() }
        for (name, gradient) in gradients {
            #expect(gradient == Tensor(repeating: name == "table.weight" ? 1 : 0, shape: gradient.shape), "\(name)")
        }
    }
}
