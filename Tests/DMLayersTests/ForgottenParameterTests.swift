import DMAutograd
import DMLayers
import DMTensors
import DMTestSupport
import Testing

/// Forgets a layer, one of two blocks, running statistics and an optional parameter.
private struct Forgetful: Module {
    var visited: Linear
    var forgotten: Linear
    var blocks: [ConvolutionBlock]
    var norm = BatchNormalization(channels: 2)
    var gain: Parameter? = Parameter(Tensor([1]))
    var absent: Parameter?
    let frozen: Frozen<Linear>

    init() {
        var random = RandomSource(seed: 1)
        visited = Linear(inputs: 2, outputs: 2, random: &random)
        forgotten = Linear(inputs: 2, outputs: 2, random: &random)
        blocks = (0..<2).map { _ in ConvolutionBlock(inputs: 1, outputs: 1, kernel: 1, random: &random) }
        frozen = Frozen(visited)
    }

    mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&visited, "visited")
        visitor.visit(&blocks[0], "block")
        visitor.visit(&norm.weight, "weight")
        visitor.visit(&norm.bias, "bias")
    }
}

@Suite("Parameters that a module forgets are named")
struct ForgottenParameterTests {
    @Test("reflection finds what visitParameters leaves out")
    func names() {
        #expect(
            Forgetful().forgottenParameters() == [
                "forgotten.weight", "forgotten.bias", "blocks.1.convolution.weight", "blocks.1.normalization.weight",
                "blocks.1.normalization.bias", "blocks.1.normalization.statistics", "norm.statistics", "gain",
            ])
    }

    @Test("the library's modules forget none", arguments: ModuleCase.all)
    func library(_ test: ModuleCase) {
        #expect(test.module(seed: 1).forgottenParameters() == [])
    }

    @Test("asking changes nothing")
    func asking() {
        let module = Forgetful()
        _ = module.forgottenParameters()
        #expect(!module.visited.weight.variable.isTracked)
    }

    #if DEBUG
        @Test("valueAndGradients stops with their names in debug builds")
        func gradientsStop() async throws {
            let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = valueAndGradients(of: Forgetful()) { $0.visited.weight.variable.sum() }
            }
            let expected = "visitParameters of Forgetful forgets forgotten.weight, forgotten.bias, "
            #expect(message(result.standardErrorContent).contains(expected))
        }
    #endif
}
