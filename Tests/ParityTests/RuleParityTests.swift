import DMAutograd
import DMLayers
import DMTensors
import Testing

/// Operations and their gradients in `Double` against PyTorch's, to 1e-8 of a tensor's norm.
@Suite struct RuleParityTests {
    @Test func convolutions() throws {
        let strided = Convolution2DGeometry(
            stride: HeightAndWidth(2), padding: HeightAndWidth(height: 1, width: 2), dilation: HeightAndWidth(height: 2, width: 1),
            groups: 3)
        try expect("rule-convolution", [[2, 9, 8, 6], [3, 3, 2, 9]]) { convolution2D($0[0], $0[1], strided) }
        let depthwise = Convolution2DGeometry(
            stride: HeightAndWidth(2), padding: ImagePadding(top: 0, bottom: 1, left: 0, right: 1), groups: 16)
        try expect("rule-convolution-depthwise", [[2, 9, 8, 16], [3, 3, 1, 16]]) { convolution2D($0[0], $0[1], depthwise) }
        try expect("rule-matrix-product", [[7, 13], [13, 5]]) { matmul($0[0], $0[1]) }
    }

    @Test func normalizations() throws {
        try expect("rule-batch-normalization", [[3, 4, 5, 6], [6], [6]]) { $0[0].batchNormalized(scale: $0[1], shift: $0[2]).output }
        try expect("rule-normalization", [[3, 4, 5, 6], [6], [6], [6], [6]]) { x in
            x[0].normalized(mean: x[1].value, variance: x[2].value.squared() + 0.5, scale: x[3], shift: x[4], epsilon: 1e-3)
        }
        try expect("rule-layer-normalization", [[4, 5, 12], [12], [12]]) { $0[0].layerNormalized(scale: $0[1], shift: $0[2]) }
    }

    @Test func poolingAndResizing() throws {
        try expect("rule-maximum-pooling", [[2, 9, 8, 5]]) { $0[0].maxPooled(window: 3, stride: 2, padding: 1) }
        try expect("rule-average-pooling", [[2, 9, 8, 5]]) { $0[0].averagePooled(window: 3, stride: 2, padding: 1) }
        try expect("rule-resizing-aligned", [[2, 5, 7, 3]]) { $0[0].resized(height: 11, width: 9, alignsCorners: true) }
        try expect("rule-resizing", [[2, 5, 7, 3]]) { $0[0].resized(height: 11, width: 4, alignsCorners: false) }
    }

    @Test func activations() throws {
        try expect("rule-softmax", [[6, 9]], ranges: [0: (8, 0)]) { $0[0].softmax() }
        try expect("rule-log-softmax", [[6, 9]], ranges: [0: (8, 0)]) { $0[0].logSoftmax() }
        try expect("rule-gelu", [[100]], ranges: [0: (6, 0)]) { $0[0].gelu() }
        try expect("rule-sigmoid", [[100]], ranges: [0: (12, 0)]) { $0[0].sigmoid() }
        try expect("rule-tanh", [[100]], ranges: [0: (6, 0)]) { $0[0].tanh() }
    }

    @Test func attention() throws {
        try expect("rule-softmax-attention", [[2, 7, 12], [2, 5, 12], [2, 5, 12]]) {
            softmaxAttention(queries: $0[0], keys: $0[1], values: $0[2], heads: 3)
        }
        let shapes = [[2, 6, 7, 12], [2, 9, 3, 4, 2], [2, 9, 3, 4]]
        try expect("rule-deformable-sampling", shapes, ranges: [1: (4, 3)]) {
            deformableSampled(values: $0[0], positions: $0[1], weights: $0[2])
        }
    }

    @Test func losses() throws {
        let targets = Drawing.labels("rule-cross-entropy/labels", [2, 6, 5], classes: 7)
        try expect("rule-cross-entropy", [[2, 6, 5, 7]], ranges: [0: (4, 0)]) { softmaxCrossEntropy($0[0], targets) }
    }

    /// The limit is the probability of the rank, the threshold, and none.
    @Test(arguments: [("rank", 100), ("threshold", 10), ("all", 144)])
    func hardPixels(_ limit: String, _ minimumCount: Int) throws {
        let name = "rule-hard-pixels-\(limit)"
        let targets = Drawing.labels("\(name)/labels", [2, 9, 8], classes: 5)
        try expect(name, [[2, 9, 8, 5]], ranges: [0: (6, 0)]) {
            OnlineHardExampleMining(minimumCount: minimumCount).crossEntropy($0[0], targets)
        }
    }

    private func expect(
        _ name: String, _ shapes: [[Int]], ranges: [Int: (spread: Double, center: Double)] = [:],
        operation: ([Variable<Double>]) -> Variable<Double>
    ) throws {
        let operands = shapes.indices.map { index -> Variable<Double> in
            let range = ranges[index] ?? (1, 0)
            return .tracked(Drawing.tensor("\(name)/x\(index)", shapes[index], spread: range.spread, center: range.center))
        }
        let y = operation(operands)
        let gradients = Gradients(of: y, contractedWith: Drawing.tensor("\(name)/direction", y.shape))
        var found: [String: Tensor<Double>] = [:]
        for (index, operand) in operands.enumerated() { found["x\(index)"] = gradients[operand] }
        let reference = try Reference(name)
        let errors = (try reference.error(of: "outputs", ["y": y.value]), try reference.error(of: "gradients", found))
        print("parity of \(name): output \(short(errors.0)), gradients \(short(errors.1))")
        #expect(max(errors.0, errors.1) < 1e-8, "\(name)")
    }
}
