import DMLayers
import DMTensors
import DMTestSupport
import Testing

@Suite struct ModuleTests {
    @Test(arguments: ModuleCase.all) func showsEveryParameter(_ test: ModuleCase) {
        let module = test.module(seed: 1)
        let inside = ParameterCount(inside: module)
        #expect(inside.parameters > 0)
        #expect(ParameterCount(visitedIn: module) == inside)
        #expect(module.parameters.count == inside.parameters)
        #expect(module.state.count == inside.parameters + 2 * inside.statistics)
        #expect(module.parameterCount == module.parameters.values.reduce(0) { $0 + $1.count })
    }

    @Test(arguments: ModuleCase.all) func namesAreUniqueDottedPaths(_ test: ModuleCase) {
        let names = test.module(seed: 1).state.names
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z0-9_]+(\.[a-z0-9_]+)*/) != nil }, "\(names)")
    }

    @Test func namesFollowPyTorch() {
        var random = RandomSource(seed: 1)
        #expect(Linear(inputs: 1, outputs: 1, random: &random).state.names == ["weight", "bias"])
        #expect(BatchNormalization(channels: 1).state.names == ["weight", "bias", "running_mean", "running_var"])
        #expect(BatchNormalization(channels: 1).parameters.names == ["weight", "bias"])
        let attention = DeformableAttention(features: 4, heads: 2, points: 1, random: &random)
        #expect(
            attention.state.names
                == ["sampling_offsets", "attention_weights", "value_proj", "output_proj"].flatMap { [$0 + ".weight", $0 + ".bias"] })
        let names = CompactEncoder(width: 2, random: &random).state.names
        #expect(names.first == "stem.conv.weight")
        #expect(names.contains("layer1.0.block1.conv.weight"))
        #expect(names.contains("layer2.1.block2.bn.running_var"))
        #expect(names.contains("layer3.0.downsample.bn.bias"))
        #expect(!names.contains("layer3.1.downsample.bn.bias"))
    }

    @Test(arguments: ModuleCase.all) func aCopyIsIndependent(_ test: ModuleCase) {
        let module = test.module(seed: 1)
        let before = module.state
        var copy = module
        copy.updateState { value, _, _ in value += 1 }
        #expect(module.state == before)
        #expect(zip(copy.state.values, before.values).allSatisfy { $0 == $1 + 1 })
        copy.updateParameters { value, _, _ in value *= 0 }
        #expect(copy.parameters.values.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
    }

    @Test(arguments: ModuleCase.all) func takesOverAState(_ test: ModuleCase) throws {
        let one = test.module(seed: 1)
        var other = test.module(seed: 2)
        #expect(zip(one.state.values, other.state.values).allSatisfy { $0 != $1 })
        try other.load(one.state)
        #expect(other.state == one.state)
    }

    @Test func refusesAStateThatDoesNotFit() {
        var random = RandomSource(seed: 3)
        var module: Linear = Linear(inputs: 3, outputs: 2, random: &random)
        let before = module.state
        var values = ParameterValues([("weight", Tensor<Float>(repeating: 1, shape: [3, 2]))])
        #expect(throws: ParameterMismatch.missing(name: "bias")) { try module.load(values) }
        values.append("bias", Tensor(repeating: 1, shape: [3]))
        #expect(throws: ParameterMismatch.shape(name: "bias", expected: [2], found: [3])) { try module.load(values) }
        values["bias"] = Tensor(repeating: 1, shape: [2])
        values.append("gain", Tensor(repeating: 1, shape: [2]))
        #expect(throws: ParameterMismatch.unexpected(name: "gain")) { try module.load(values) }
        #expect(module.state == before, "a refused state changes nothing")
        let message = "the parameter 'bias' has the shape [2], the value [3]"
        #expect(ParameterMismatch.shape(name: "bias", expected: [2], found: [3]).description == message)
    }

    @Test func updatesVisitInTheOrderOfTheValues() {
        var random = RandomSource(seed: 4)
        var module = ResidualBlock(inputs: 2, outputs: 3, random: &random)
        let (parameters, state) = (module.parameters.names, module.state.names)
        module.updateParameters { _, name, index in #expect(parameters[index] == name) }
        module.updateState { _, name, index in #expect(state[index] == name) }
    }
}
