import DMAutograd
import DMLayers
import DMTensors
import DMTestSupport
import Testing

@Suite("Layers in a row, with and without a context")
struct LayerTests {
    private var random = RandomSource(seed: 1)

    @Test("a Sequential gives the bits of its layers called one by one")
    mutating func sequential() {
        let (convolution, norm) = (Convolution2D(inputs: 3, outputs: 4, kernel: 3, random: &random), BatchNormalization(channels: 4))
        let linear = Linear(inputs: 4, outputs: 2, random: &random)
        var network = Sequential {
            convolution
            norm
            GELU()
            Dropout(rate: 0.5)
            GlobalAveragePooling()
            linear
        }
        let x = Variable<Float>(random.normal(shape: [3, 5, 4, 3]))
        var (one, other) = (ForwardContext.training(random: random.split(1)), ForwardContext.training(random: random.split(1)))
        let y = network(x, &one)
        let expected = linear(Dropout(rate: 0.5)(norm(convolution(x), &other).gelu(), &other).mean(along: [1, 2]))
        #expect(y.value == expected.value)
        #expect(one.random == other.random)
        network.updateRunningStatistics(from: &one)
        #expect(network.state.names == ["0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var", "5.weight", "5.bias"])
        #expect(network.state["1.running_mean"] != Tensor(repeating: 0, shape: [4]))
    }

    @Test("a Sequential is built by conditions and loops, and may hold others")
    mutating func builder() {
        func network(_ count: Int, hasExit: Bool) -> Sequential {
            Sequential {
                if count == 0 { Identity() } else { ReLU() }
                for _ in 0..<count { Sequential { Linear(inputs: 2, outputs: 2, hasBias: false, random: &random) } }
                if hasExit { Linear(inputs: 2, outputs: 1, random: &random) }
            }
        }
        #expect(network(2, hasExit: true).parameters.names == ["1.0.weight", "2.0.weight", "3.weight", "3.bias"])
        #expect(network(0, hasExit: false).layers.count == 1)
        var context = ForwardContext.inference
        let x = Variable(Tensor<Float>([1, -2], shape: [1, 2]))
        #expect(network(0, hasExit: false)(x, &context).value == x.value)
        #expect(Sequential([])(x, &context).value == x.value)
    }

    @Test("its gradients are those of its layers")
    mutating func gradients() {
        let linear = Linear(inputs: 3, outputs: 2, random: &random)
        let x = Variable<Float>(random.normal(shape: [4, 3]))
        var context = ForwardContext.training(random: random)
        let row = valueAndGradients(of: Sequential([linear, Tanh()])) { $0(x, &context).squared().sum() }
        let alone = valueAndGradients(of: linear) { $0(x).tanh().squared().sum() }
        #expect(row.value == alone.value)
        #expect(row.gradients.values == alone.gradients.values)
    }

    @Test("activations are those of the variables")
    mutating func activations() {
        let x = Variable<Float>(random.normal(shape: [2, 7]))
        #expect(Identity()(x).value == x.value)
        #expect(ReLU()(x).value == x.value.relu())
        #expect(GELU()(x).value == x.gelu().value)
        #expect(Sigmoid()(x).value == x.sigmoid().value)
        #expect(Tanh()(x).value == x.tanh().value)
        #expect(SiLU()(x).value == (x * x.sigmoid()).value)
    }

    @Test("pooling, upsampling and flattening")
    func reshaping() {
        let x = Variable(Tensor<Float>((0..<16).map { Float($0) }, shape: [1, 4, 2, 2]))
        #expect(MaxPooling2D(window: 2)(x).value == Tensor([6, 7, 14, 15], shape: [1, 2, 1, 2]))
        #expect(AveragePooling2D(window: 2)(x).value == Tensor([3, 4, 11, 12], shape: [1, 2, 1, 2]))
        #expect(GlobalAveragePooling()(x).value == Tensor([7, 8], shape: [1, 2]))
        let small = Variable(Tensor<Float>([1, 2], shape: [1, 1, 2, 1]))
        #expect(Upsampling2D(factor: 2)(small).value == Tensor([1, 1, 2, 2, 1, 1, 2, 2], shape: [1, 2, 4, 1]))
        let aligned = Upsampling2D(factor: 2, .bilinear(alignsCorners: true))(small).value
        #expect(largestDifference(aligned, Tensor([1, 4.0 / 3, 5.0 / 3, 2, 1, 4.0 / 3, 5.0 / 3, 2], shape: [1, 2, 4, 1])) < 1e-6)
        let flat = Flatten()(x).value
        #expect(flat == Tensor([0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15], shape: [1, 16]), "channel by channel")
    }

    @Test("group normalization brings each group of each image to mean 0 and variance 1")
    mutating func groups() {
        let x = Variable<Float>(random.normal(shape: [2, 5, 3, 6]) * 3 + 2)
        let y = GroupNormalization(groups: 2, channels: 6)(x).value.reshaped(to: [2, 15, 2, 3])
        #expect(y.mean(along: [1, 3]).absoluteValue().maximum() < 1e-5)
        #expect((y.squared().mean(along: [1, 3]) - 1).absoluteValue().maximum() < 1e-3)
    }

    @Test("a transposed convolution spreads each pixel as PyTorch's does")
    mutating func transposedConvolution() throws {
        var layer = TransposedConvolution2D(inputs: 2, outputs: 3, kernel: 3, stride: 2, padding: 1, outputPadding: 1, random: &random)
        layer.bias?.value = Tensor([1, 2, 3])
        let x: Tensor<Float> = random.normal(shape: [1, 2, 3, 2])
        let weight = try #require(layer.exportedWeights()["weight"])
        #expect(weight.shape == [2, 3, 3, 3], "inputs, outputs, height, width")
        var expected = [Double](repeating: 0, count: 4 * 6 * 3)
        for index in expected.indices { expected[index] = Double(index % 3 + 1) }
        for (row, column, input) in (0..<2).flatMap({ r in (0..<3).flatMap { c in (0..<2).map { (r, c, $0) } } }) {
            let pixel = x.scalars[(row * 3 + column) * 2 + input]
            for (output, i, j) in (0..<3).flatMap({ o in (0..<3).flatMap { i in (0..<3).map { (o, i, $0) } } }) {
                let (r, c) = (2 * row + i - 1, 2 * column + j - 1)
                guard (0..<4).contains(r), (0..<6).contains(c) else { continue }
                expected[(r * 6 + c) * 3 + output] += Double(pixel * weight.scalars[((input * 3 + output) * 3 + i) * 3 + j])
            }
        }
        let y = layer(Variable(x)).value
        #expect(y.shape == [1, 4, 6, 3])
        #expect(largestDifference(y, Tensor(expected, shape: y.shape)) < 1e-5)
    }

    @Test("what needs a random source does not do without")
    func noSource() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var context = ForwardContext.inference
            _ = context.random.nextUInt32()
        }
        let expected = "a forward context in the mode inference was made without a random source"
        #expect(message(result.standardErrorContent).contains(expected))
    }
}

@Suite("Reading a module copies nothing")
struct ReadingTests {
    /// In a process of its own: memory is one for all.
    @Test("no tensor is made while parameters are counted, named and collected")
    func reading() async {
        await #expect(processExitsWith: .success) {
            var random = RandomSource(seed: 1)
            let network = ResNetClassifier(.resNet18, random: &random)
            let meter = TensorMemory.PeakMeter()
            let before = TensorMemory.bytesInUse
            #expect(network.parameterCount == 11_689_512)
            #expect(network.state.names.count == 102)
            #expect(network.parameters.values.count == 62)
            #expect(meter.peak == before)
        }
    }

    @Test("a reader sees what a visitor sees, in the same order", arguments: ModuleCase.all)
    func order(_ test: ModuleCase) {
        struct Names: ParameterReader {
            var names: [String] = []
            mutating func read(_ parameter: Parameter, at name: String) { names.append(name) }
            mutating func read(_ statistics: RunningStatistics, at name: String) { names += [name + "_mean", name + "_var"] }
        }
        var module = test.module(seed: 1)
        var reader = Names()
        module.readParameters(&reader)
        var visited: [String] = []
        module.updateState { _, name, _ in visited.append(name) }
        #expect(reader.names == visited)
    }

    /// What is held once is changed where it lies.
    @Test("an update copies no tensor, in optional children and enumerations neither")
    func updatesInPlace() {
        struct Parts: Module {
            var branch: Branch
            var block: ConvolutionBlock?
            var gain: Parameter? = Parameter(Tensor([1, 2]))

            mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
                visitor.visit(&branch, "branch")
                visitor.visit(&block, "block")
                visitor.visit(&gain, "gain")
            }
        }
        func addresses(_ module: Parts) -> [UnsafePointer<Float>?] {
            module.state.values.map { $0.withUnsafeElements { $0.baseAddress } }
        }
        var random = RandomSource(seed: 1)
        var module = Parts(
            branch: .linear(Linear(inputs: 2, outputs: 3, random: &random)),
            block: ConvolutionBlock(inputs: 1, outputs: 2, kernel: 1, random: &random))
        let before = addresses(module)
        module.updateState { value, _, _ in value += 1 }
        #expect(addresses(module) == before)
    }
}
