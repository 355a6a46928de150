import DMAutograd
import DMTensors

/// A mistake of the caller that stops the program, and what the message says.
enum BadArgument: String, CaseIterable, Codable, Sendable {
    case addShapes, subtractShapes, multiplyShapes, divideShapes
    case maximumShapes, minimumShapes, selectShapes
    case sumAxis, meanAxis, varianceAxis, maximumAxis, maximumOfNothing
    case reshapeCount, transposeRepeated, transposeRank, broadcastShape, broadcastRank
    case sliceBeyond, sliceBackward, sliceAxis, indexBeyond, padRank, padNegative
    case concatenateNothing, concatenateShapes, concatenateAxis, stackNothing, stackShapes
    case gatherBeyond, gatherNegative
    case productInner, productLeading, productRank
    case gradientsOfMany, directionShape

    /// Makes the mistake.
    func make() {
        let (x, y) = (variable([2, 3]), variable([4, 3]))
        switch self {
        case .addShapes: _ = x + y
        case .subtractShapes: _ = x - y
        case .multiplyShapes: _ = x * y
        case .divideShapes: _ = x / y
        case .maximumShapes: _ = maximum(x, y)
        case .minimumShapes: _ = minimum(x, y)
        case .selectShapes: _ = select(where: Tensor([true, false]), x, x)
        case .sumAxis: _ = x.sum(along: [2])
        case .meanAxis: _ = x.mean(along: [-3])
        case .varianceAxis: _ = x.variance(along: [0, 0])
        case .maximumAxis: _ = x.maximum(along: 2)
        case .maximumOfNothing: _ = variable([2, 0]).maximum(along: 1)
        case .reshapeCount: _ = x.reshaped(to: [4, 2])
        case .transposeRepeated: _ = x.transposed(permutation: [0, 0])
        case .transposeRank: _ = x.transposed(permutation: [0])
        case .broadcastShape: _ = x.broadcast(to: [2, 4])
        case .broadcastRank: _ = x.broadcast(to: [3])
        case .sliceBeyond: _ = x.sliced(along: 1, from: 1, to: 4)
        case .sliceBackward: _ = x.sliced(along: 1, from: 2, to: 1)
        case .sliceAxis: _ = x.sliced(along: 2, from: 0, to: 1)
        case .indexBeyond: _ = x[2]
        case .padRank: _ = x.padded(before: [1], after: [1], with: 0)
        case .padNegative: _ = x.padded(before: [-1, 0], after: [0, 0], with: 0)
        case .concatenateNothing: _ = concatenated([Variable<Double>](), along: 0)
        case .concatenateShapes: _ = concatenated([x, y], along: 1)
        case .concatenateAxis: _ = concatenated([x, x], along: 2)
        case .stackNothing: _ = stacked([Variable<Double>]())
        case .stackShapes: _ = stacked([x, y])
        case .gatherBeyond: _ = x.gathered(rows: Tensor([0, 2]))
        case .gatherNegative: _ = x.gathered(rows: Tensor([-1]))
        case .productInner: _ = matrixProduct(x, y)
        case .productLeading: _ = matrixProduct(variable([2, 1, 3]), variable([4, 3, 1]))
        case .productRank: _ = matrixProduct(x, variable([3]))
        case .gradientsOfMany: _ = Gradients(of: x)
        case .directionShape: _ = Gradients(of: x, contractedWith: y.value)
        }
    }

    /// What the message contains: the operation and the shapes.
    var message: String { "" }

    private func variable(_ shape: [Int]) -> Variable<Double> { .tracked(Tensor(repeating: 1, shape: shape)) }
}
