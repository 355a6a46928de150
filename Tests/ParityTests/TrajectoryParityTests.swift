import DMAutograd
import DMLayers
import DMOptimizers
import DMTensors
import DiffMatch
import Testing

/// Twenty steps of training in float32 against PyTorch's float64: optimizers, polynomial decay, moving average.
@Suite struct TrajectoryParityTests {
    private var random = RandomSource(seed: 0)
    private let sgd = SGD(momentum: 0.9, weightDecay: 1e-4)

    /// The optimizers alone, along drawn gradients: to 1e-4, as a layer.
    @Test mutating func optimizers() throws {
        let linear = Linear(inputs: 9, outputs: 7, random: &random)
        func loss(_ linear: Linear, _ name: String, _ context: inout ForwardContext) -> Variable<Float> {
            let weight = (linear.weight.variable * Variable(Drawing.tensor("\(name)/weight", [9, 7]))).sum()
            let bias = (linear.bias?.variable ?? Variable(Tensor(0))) * Variable(Drawing.tensor("\(name)/bias", [7]))
            return weight + bias.sum()
        }
        try expect("trajectory-given-sgd", linear, sgd, rate: 0.1, tolerance: 1e-4, loss: loss)
        try expect("trajectory-given-adamw", linear, AdamW(weightDecay: 0.01), rate: 0.01, tolerance: 1e-4, loss: loss)
    }

    /// With logits of a size at which twenty steps are a training: the drawn shifts make large features.
    @Test(arguments: [ResNet.Depth.resNet18, .resNet50])
    mutating func resNet(_ depth: ResNet.Depth) throws {
        let network = ResNetClassifier(depth, classes: 10, random: &random)
        try expect("trajectory-resnet\(depth.rawValue)", network, sgd, rate: 0.01) { network, name, context in
            let logits = network(Variable(Drawing.tensor("\(name)/images", [4, 33, 33, 3])), &context) / 16
            return softmaxCrossEntropy(logits, Drawing.labels("\(name)/labels", [4], classes: 10, ignored: 0)).mean()
        }
    }

    /// DeepLabv3+ with the loss over hard pixels.
    @Test mutating func deepLab() throws {
        let encoder = ResNet(.resNet18, stem: .deep, outputStride: .eight, random: &random)
        let network = DeepLabV3Plus(encoder: encoder, classes: 6, random: &random)
        try expect("trajectory-deeplab", network, sgd, rate: 0.01) { network, name, context in
            let logits = network(Variable(Drawing.tensor("\(name)/images", [4, 33, 33, 3])), &context)
            let labels = Drawing.labels("\(name)/labels", [4, 33, 33], classes: 6)
            return OnlineHardExampleMining(minimumCount: 1000).crossEntropy(logits, labels)
        }
    }

    /// With an epsilon above the rounding of the gradients: a quotient of two roundings has no digits to compare.
    @Test mutating func maskDenoiserOfAdamW() throws {
        try expectDenoiser(.softmax, AdamW(epsilon: 1e-4, weightDecay: 0.01), rate: 0.001)
    }

    /// AdamW makes steps of one size of gradients of any: where bilinear sampling bends, rounding would decide whole steps.
    @Test mutating func deformableMaskDenoiserOfSGD() throws { try expectDenoiser(.deformable, sgd, rate: 0.01) }

    private mutating func expectDenoiser(_ attention: MaskDenoiser.AttentionKind, _ optimizer: some Optimizer, rate: Float) throws {
        let shape = MaskDenoiser.Shape(features: 16, channels: 32, maskChannels: 16, classes: 7, attention: attention)
        let network = MaskDenoiser(shape, random: &random)
        try expect("trajectory-denoiser-\(attention.rawValue)", network, optimizer, rate: rate) { network, name, _ in
            let logits = network(
                features: Variable(Drawing.tensor("\(name)/features", [2, 8, 9, 16])),
                mask: Variable(Drawing.tensor("\(name)/mask", [2, 8, 9, 16])), logSNR: Drawing.tensor("\(name)/logSNR", [2], spread: 5))
            return softmaxCrossEntropy(logits, Drawing.labels("\(name)/labels", [2, 8, 9], classes: 7, ignored: 0)).mean()
        }
    }

    private func expect<M: Module>(
        _ name: String, _ module: M, _ optimizer: some Optimizer, rate: Float, tolerance: Double = 1e-3,
        loss: (M, String, inout ForwardContext) -> Variable<Float>
    ) throws {
        var (module, optimizer) = (module, optimizer)
        Drawing.fill(&module, for: name)
        let first = module.parameters
        let schedule = PolynomialDecay(initial: rate, steps: 20)
        var average = module
        var losses: [Float] = []
        for step in 0..<20 {
            var context = ForwardContext.training(random: RandomSource(seed: 0))
            let (value, gradients) = valueAndGradients(of: module) { loss($0, "\(name)/step\(step)", &context) }
            optimizer.update(&module, along: gradients, learningRate: schedule(step))
            module.updateRunningStatistics(from: &context)
            average.updateEMA(toward: module, decay: 0.9)
            losses.append(value)
        }
        let reference = try Reference(name)
        let last = module.parameters
        func byName(_ values: ParameterValues) -> [String: Tensor<Float>] {
            Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.value) })
        }
        let movements = Dictionary(uniqueKeysWithValues: zip(first, last).map { ($0.name, $1.value - $0.value) })
        let errors = [
            try reference.error(of: "losses", ["loss": Tensor(losses)]), try reference.error(of: "parameters", byName(last)),
            try reference.error(of: "averages", byName(average.state)), try reference.error(of: "movements", movements),
        ]
        print(
            "parity of \(name): losses, parameters, averages, movements: \(errors.map(short).joined(separator: ", ")); "
                + reference.ownErrors)
        #expect(errors[..<3].max() ?? .infinity < tolerance, "\(name)")
        #expect(errors[3] < 0.02, "\(name): a float32 parameter rounds what a step adds to it")
    }
}
