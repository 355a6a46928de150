import DMAutograd
import DMLayers
import DMTensors
import DMTestSupport
import Testing

@Suite struct WrongShapeTests {
    @Test(arguments: WrongShape.byMessage.keys.sorted()) func stopsTheProgram(message expected: String) async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [expected] in
            WrongShape.byMessage[expected]?()
        }
        #expect(message(result.standardErrorContent).contains(expected), "the message was: \(message(result.standardErrorContent))")
    }
}

/// Mistakes of the caller, each under what the message says.
private enum WrongShape {
    static let byMessage: [String: @Sendable () -> Void] = [
        "Linear expects 3 inputs on the last axis, not the shape [2, 4]": {
            var random = RandomSource(seed: 1)
            _ = Linear(inputs: 3, outputs: 2, random: &random)(x([2, 4]))
        },
        "a convolution of 3 to 4 channels cannot be split into 2 groups": {
            var random = RandomSource(seed: 1)
            _ = Convolution2D(inputs: 3, outputs: 4, kernel: 1, groups: 2, random: &random)
        },
        "[1, 4, 4, 5]": {
            var random = RandomSource(seed: 1)
            _ = Convolution2D(inputs: 3, outputs: 4, kernel: 1, random: &random)(x([1, 4, 4, 5]))
        },
        "6 features cannot be divided among 4 heads": {
            var random = RandomSource(seed: 1)
            _ = DeformableAttention(features: 6, heads: 4, points: 1, random: &random)
        },
        "a sine encoding of both axes needs a multiple of 4 features, not 6": {
            _ = sinusoidalPositionalEncoding(height: 2, width: 2, features: 6)
        },
        "a dropout rate lies in 0..<1, not at 1.0": { _ = Dropout(rate: 1) },
        "[2, 4]": { _ = LayerNormalization(features: 3)(x([2, 4])) },
    ]

    private static func x(_ shape: [Int]) -> Variable<Float> { Variable(Tensor(repeating: 1, shape: shape)) }
}
