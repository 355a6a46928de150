import DMLayers
import DMTensors
import Testing

/// A module that is an enumeration.
enum Branch: Module {
    case linear(Linear)
    case none

    mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        switch consume self {
        case .linear(var linear):
            visitor.visit(&linear, "linear")
            self = .linear(linear)
        case .none: self = .none
        }
    }
}

/// A module of each kind, small.
struct ModuleCase: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (inout RandomSource) -> any Module

    init(_ name: String, _ make: @escaping @Sendable (inout RandomSource) -> any Module) {
        self.name = name
        self.make = make
    }

    var testDescription: String { name }

    /// The module with weights of a seed; what starts as constant is drawn too.
    func module(seed: UInt64) -> any Module {
        var random = RandomSource(seed: seed)
        var module = make(&random)
        shake(&module, &random)
        return module
    }

    static let all = [
        ModuleCase("Linear") { Linear(inputs: 3, outputs: 2, random: &$0) },
        ModuleCase("Linear without bias") { Linear(inputs: 3, outputs: 2, hasBias: false, random: &$0) },
        ModuleCase("Convolution2D") { Convolution2D(inputs: 2, outputs: 4, kernel: 3, hasBias: true, random: &$0) },
        ModuleCase("grouped Convolution2D") { Convolution2D(inputs: 4, outputs: 4, kernel: 3, groups: 2, random: &$0) },
        ModuleCase("BatchNormalization") { _ in BatchNormalization(channels: 3) },
        ModuleCase("LayerNormalization") { _ in LayerNormalization(features: 3) },
        ModuleCase("Embedding") { Embedding(count: 4, features: 3, random: &$0) },
        ModuleCase("FeedForward") { FeedForward(inputs: 2, hidden: 5, outputs: 3, random: &$0) },
        ModuleCase("SoftmaxAttention") { SoftmaxAttention(features: 4, heads: 2, random: &$0) },
        ModuleCase("DeformableAttention") { DeformableAttention(features: 4, heads: 2, points: 3, random: &$0) },
        ModuleCase("ConvolutionBlock") { ConvolutionBlock(inputs: 2, outputs: 3, kernel: 1, random: &$0) },
        ModuleCase("ResidualBlock") { ResidualBlock(inputs: 3, outputs: 3, random: &$0) },
        ModuleCase("ResidualBlock with projection") { ResidualBlock(inputs: 3, outputs: 4, stride: 2, random: &$0) },
        ModuleCase("bottleneck with projection") { ResidualBlock(.bottleneck, inputs: 3, outputs: 8, random: &$0) },
        ModuleCase("ResidualBlock in torchvision's names") {
            ResidualBlock(.bottleneck, inputs: 4, outputs: 8, stride: 2, naming: .torchvision, random: &$0)
        },
        ModuleCase("CompactEncoder") { CompactEncoder(width: 2, random: &$0) },
        ModuleCase("ASPP") { ASPP(inputs: 2, outputs: 3, rates: [1, 2], random: &$0) },
        ModuleCase("GroupNormalization") { _ in GroupNormalization(groups: 2, channels: 4) },
        ModuleCase("TransposedConvolution2D") { TransposedConvolution2D(inputs: 2, outputs: 3, kernel: 2, stride: 2, random: &$0) },
        ModuleCase("Sequential") { random in
            Sequential {
                Convolution2D(inputs: 2, outputs: 3, kernel: 3, random: &random)
                BatchNormalization(channels: 3)
                ReLU()
                Linear(inputs: 3, outputs: 2, random: &random)
            }
        },
        ModuleCase("an enumeration") { Branch.linear(Linear(inputs: 2, outputs: 3, random: &$0)) },
        ModuleCase("DeepLabV3PlusDecoder") {
            DeepLabV3PlusDecoder(inputs: (2, 3), channels: 4, reduced: 2, rates: [1, 2], random: &$0)
        },
    ]
}

/// Adds small random numbers to every parameter and running statistic.
func shake(_ module: inout some Module, _ random: inout RandomSource) {
    var source = random
    let shapes = module.state.values.map(\.shape)
    let changes = shapes.map { source.uniform(shape: $0, in: 0.1..<0.5) as Tensor<Float> }
    module.updateState { value, _, index in value += changes[index] }
    random = source
}
