/// How a convolution is computed.
package enum ConvolutionAlgorithm: Equatable, Sendable {
    /// As products of gathered rows: every sum as it is defined.
    case direct
    /// A kernel of 3x3 and stride 1 by Winograd's minimal filtering, in tiles of `tile` x `tile` results: 2 or 4.
    ///
    /// Products per result and pair of channels: 4 or 2.25 instead of 9.
    case winograd(tile: Int)
}

extension ConvolutionAlgorithm {
    /// The fastest algorithm for an input and weights of these shapes.
    package static func fastest<Scalar>(
        forInput x: [Int], weights w: [Int], _ geometry: Convolution2DGeometry, of scalar: Scalar.Type
    ) -> ConvolutionAlgorithm {
        fastest(for: ConvolutionShape("convolution2D", x: x, w: w, geometry: geometry), of: scalar)
    }

    /// The fastest algorithm for a shape, all three passes alike.
    ///
    /// An algorithm takes as long as its products do, and its transforms in proportion: measured with 32 to 256
    /// channels, they add a quarter to tiles of 2x2 and half to those of 4x4. Tiles that reach beyond the image are paid
    /// for as well: for an image (or a phase of a dilated one) of 6x6 both need four products per result, and the smaller
    /// tile is faster and more precise. The direct sum leaves out taps outside the image where they lie apart, which a
    /// strong dilation makes most of; what is left takes a third longer, in shorter products. Channels that do not fill vectors, or few tiles for one transform of the weights,
    /// leave nothing to be won.
    static func fastest<Scalar>(for shape: ConvolutionShape, of scalar: Scalar.Type) -> ConvolutionAlgorithm {
        let geometry = shape.geometry
        let isSuitable =
            scalar == Float.self && !ConvolutionPrecision.isExact && shape.kernel == HeightAndWidth(3)
            && geometry.stride == HeightAndWidth(1) && geometry.groups == 1
            && shape.inputChannels % 16 == 0 && shape.outputChannels % 16 == 0
            && min(shape.inputChannels, shape.outputChannels) >= 32
        guard isSuitable else { return .direct }
        func cost(tile: Int, transforms: Double) -> Double {
            let tiles = WinogradPlan(forward: shape, tile: tile).tileCount
            return tiles < 64 ? .infinity : Double(tiles * (tile + 2) * (tile + 2)) * transforms
        }
        let (pairs, allPairs) = (shape.directPairs, shape.output.height * shape.output.width * 9)
        let costs: [(algorithm: ConvolutionAlgorithm, cost: Double)] = [
            (.direct, Double(shape.batch * pairs) * (pairs < allPairs ? 1.3 : 1)),
            (.winograd(tile: 2), cost(tile: 2, transforms: 1.25)),
            (.winograd(tile: 4), cost(tile: 4, transforms: 1.5)),
        ]
        return costs.min { $0.cost < $1.cost }!.algorithm
    }
}
