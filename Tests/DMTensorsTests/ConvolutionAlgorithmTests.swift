import DMTensors
import DMTestSupport
import Testing

/// Which algorithm computes a convolution.
@Suite struct ConvolutionAlgorithmTests {
    private func fastest<Scalar>(_ test: ConvolutionCase, of scalar: Scalar.Type = Float.self) -> ConvolutionAlgorithm {
        .fastest(forInput: test.x, weights: test.w, test.geometry, of: scalar)
    }

    @Test func largeImagesTakeLargeTiles() {
        #expect(fastest(ConvolutionCase([16, 24, 24, 64], [3, 3, 64, 64], padding: 1)) == .winograd(tile: 4))
        #expect(fastest(ConvolutionCase([16, 12, 12, 64], [3, 3, 64, 64], padding: 3, dilation: 3)) == .winograd(tile: 4))
    }

    @Test func phasesOfOddSizesTakeSmallTiles() {
        #expect(fastest(ConvolutionCase([16, 12, 12, 96], [3, 3, 96, 96], padding: 2, dilation: 2)) == .winograd(tile: 2))
        #expect(fastest(ConvolutionCase([16, 12, 12, 96], [3, 3, 96, 64], padding: 6, dilation: 6)) == .winograd(tile: 2))
    }

    @Test func tapsThatLieOutsideAreLeftOut() {
        #expect(fastest(ConvolutionCase([4, 21, 21, 512], [3, 3, 512, 256], padding: 12, dilation: 12)) == .direct)
        #expect(fastest(ConvolutionCase([4, 21, 21, 512], [3, 3, 512, 256], padding: 2, dilation: 2)) != .direct)
    }

    @Test(arguments: [
        ConvolutionCase([16, 24, 24, 64], [1, 1, 64, 64]),
        ConvolutionCase([16, 24, 24, 64], [3, 3, 64, 64], stride: 2, padding: 1),
        ConvolutionCase([16, 24, 24, 64], [3, 3, 32, 64], padding: 1, groups: 2),
        ConvolutionCase([16, 24, 24, 3], [3, 3, 3, 64], padding: 1),
        ConvolutionCase([16, 24, 24, 60], [3, 3, 60, 64], padding: 1),
        ConvolutionCase([1, 14, 14, 64], [3, 3, 64, 64], padding: 1),
    ]) func othersAreDirect(_ test: ConvolutionCase) { #expect(fastest(test) == .direct) }

    @Test func doublesAreDirect() {
        #expect(fastest(ConvolutionCase([16, 24, 24, 64], [3, 3, 64, 64], padding: 1), of: Double.self) == .direct)
    }
}
