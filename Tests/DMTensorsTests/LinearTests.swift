import DMTensors
import DMTestSupport
import Testing

/// Affine maps and feed-forward layers, in every instruction set, against products of matrices.
@Suite struct LinearTests {
    /// Rows, inputs, hidden features and outputs: less than a tile, remainders, several blocks and parts, nothing.
    static let extents: [[Int]] = [
        [1, 1, 1, 1], [3, 5, 7, 2], [14, 16, 64, 16], [113, 33, 20, 17], [230, 7, 130, 40], [1300, 6, 9, 6], [5, 600, 3, 2],
        [0, 3, 4, 5], [4, 0, 3, 2], [4, 3, 0, 2], [4, 3, 2, 0],
    ]

    private func numbers(_ shape: [Int], _ seed: UInt64) -> Tensor<Double> { testNumbers(shape, seed: seed) }

    private func weights(_ extents: [Int]) -> FeedForwardWeights<Double> {
        FeedForwardWeights(
            first: numbers([extents[1], extents[2]], 2), firstBias: numbers([extents[2]], 3),
            second: numbers([extents[2], extents[3]], 4), secondBias: numbers([extents[3]], 5))
    }

    private func rounded(_ weights: FeedForwardWeights<Double>) -> FeedForwardWeights<Float> {
        FeedForwardWeights(
            first: DMTestSupport.rounded(weights.first), firstBias: DMTestSupport.rounded(weights.firstBias),
            second: DMTestSupport.rounded(weights.second), secondBias: DMTestSupport.rounded(weights.secondBias))
    }

    private func product(_ x: Tensor<Double>, _ y: Tensor<Double>) -> Tensor<Double> { matmul(x, y) }

    private func transposed(_ x: Tensor<Double>) -> Tensor<Double> { x.transposed(permutation: [1, 0]) }

    @Test(arguments: extents) func affineMaps(_ extents: [Int]) {
        let x = numbers([extents[0], extents[1]], 1), w = numbers([extents[1], extents[3]], 2), b = numbers([extents[3]], 3)
        let expected = product(x, w) + b
        let dy = numbers(expected.shape, 4)
        let (dx, dw, db) = (product(dy, transposed(w)), product(transposed(x), dy), dy.sum(along: [0]))
        let depth = Double(1 + extents.max()!)
        for set in runnableKernelSets {
            let y = linear(x, weight: w, bias: b, kernels: set.double)
            #expect(y.shape == expected.shape && largestDifference(y, expected) <= 1e-15 * depth, "\(set.name)")
            let plain = linear(x, weight: w, bias: nil, kernels: set.double)
            #expect(largestDifference(plain, product(x, w)) <= 1e-15 * depth, "\(set.name)")
            let single = linear(
                DMTestSupport.rounded(x), weight: DMTestSupport.rounded(w), bias: DMTestSupport.rounded(b), kernels: set.float)
            #expect(largestDifference(single, expected) <= 5e-7 * depth, "\(set.name), Float")
            #expect(largestDifference(linearInputGradient(of: dy, weight: w, kernels: set.double), dx) <= 1e-15 * depth)
            let gradients = linearParameterGradients(of: dy, x: x, kernels: set.double)
            #expect(gradients.weight.shape == dw.shape && largestDifference(gradients.weight, dw) <= 1e-15 * depth, "\(set.name)")
            #expect(gradients.bias.shape == db.shape && largestDifference(gradients.bias, db) <= 1e-15 * depth, "\(set.name)")
        }
    }

    @Test(arguments: extents, [false, true]) func feedForwards(_ extents: [Int], addingInput: Bool) {
        let extents = addingInput ? [extents[0], extents[1], extents[2], extents[1]] : extents
        let x = numbers([extents[0], extents[1]], 1), weights = weights(extents)
        let between = product(x, weights.first) + weights.firstBias
        let mapped = product(between.gelu(), weights.second) + weights.secondBias
        let expected = addingInput ? mapped + x : mapped
        let dy = numbers(expected.shape, 6)
        let slope = between.geluPullback(product(dy, transposed(weights.second)))
        let mappedDx = product(slope, transposed(weights.first))
        let dx = addingInput ? mappedDx + dy : mappedDx
        let depth = Double(1 + extents.max()!) * Double(1 + extents.max()!)
        for set in runnableKernelSets {
            let y = feedForward(x, weights, addingInput: addingInput, kernels: set.double)
            #expect(y.shape == expected.shape && largestDifference(y, expected) <= 1e-15 * depth, "\(set.name)")
            let single = feedForward(DMTestSupport.rounded(x), rounded(weights), addingInput: addingInput, kernels: set.float)
            #expect(largestDifference(single, expected) <= 5e-7 * depth, "\(set.name), Float")
            let gradients = feedForwardGradients(of: dy, x: x, weights, addingInput: addingInput, kernels: set.double)
            #expect(gradients.x.shape == x.shape && largestDifference(gradients.x, dx) <= 1e-15 * depth, "\(set.name)")
            let found = gradients.weights
            #expect(largestDifference(found.first, product(transposed(x), slope)) <= 1e-15 * depth, "\(set.name)")
            #expect(largestDifference(found.firstBias, slope.sum(along: [0])) <= 1e-15 * depth, "\(set.name)")
            #expect(largestDifference(found.second, product(transposed(between.gelu()), dy)) <= 1e-15 * depth, "\(set.name)")
            #expect(largestDifference(found.secondBias, dy.sum(along: [0])) <= 1e-15 * depth, "\(set.name)")
            let float = feedForwardGradients(
                of: DMTestSupport.rounded(dy), x: DMTestSupport.rounded(x), rounded(weights), addingInput: addingInput,
                kernels: set.float)
            #expect(largestDifference(float.x, dx) <= 5e-7 * depth, "\(set.name), Float")
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() {
        let extents = [4000, 32, 100, 32]
        let x = DMTestSupport.rounded(numbers([extents[0], extents[1]], 1)), weights = rounded(weights(extents))
        expectSameBits {
            let y = feedForward(x, weights, addingInput: true)
            let (dx, gradients) = feedForwardGradients(of: y, x: x, weights, addingInput: true)
            let mapped = linearParameterGradients(of: y, x: x)
            return [
                y, dx, gradients.first, gradients.firstBias, gradients.second, gradients.secondBias, mapped.weight, mapped.bias,
                linear(x, weight: weights.first, bias: weights.firstBias),
            ]
        }
    }
}
