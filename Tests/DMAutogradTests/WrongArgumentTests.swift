import DMAutograd
import DMTensors
import Synchronization
import Testing

@Suite("A wrong argument")
struct WrongArgumentTests {
    @Test("stops the program with a message that says what is wrong", arguments: WrongArgument.byMessage.keys.sorted())
    func stops(message: String) async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [message] in
            WrongArgument.byMessage[message]?()
        }
        let found = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(found.contains(message), "the message was: \(found)")
    }
}

/// Mistakes of the caller that stop the program, each under what the message says.
enum WrongArgument {
    static let byMessage = basic.merging(indexing) { first, _ in first }.merging(networks) { first, _ in first }

    private static let basic: [String: @Sendable () -> Void] = [
        "cannot add the shapes [2, 3] and [4, 3]": { _ = x + y },
        "cannot add the shapes [2, 3] and [2]": { _ = x + ones([2]) },
        "cannot subtract the shapes [2, 3] and [4, 3]": { _ = x - y },
        "cannot subtract the shapes [2] and [2, 3]": { _ = ones([2]) - x },
        "cannot multiply the shapes [2, 3] and [4, 3]": { _ = x * y },
        "cannot multiply the shapes [2, 3] and [2]": { _ = x * ones([2]) },
        "cannot divide the shapes [2, 3] and [4, 3]": { _ = x / y },
        "cannot divide the shapes [2] and [2, 3]": { _ = ones([2]) / x },
        "cannot take the maximum of the shapes [2, 3] and [4, 3]": { _ = maximum(x, y) },
        "cannot take the maximum of the shapes [2] and [2, 3]": { _ = maximum(ones([2]), x) },
        "cannot take the minimum of the shapes [2, 3] and [4, 3]": { _ = minimum(x, y) },
        "cannot take the minimum of the shapes [2] and [2, 3]": { _ = minimum(ones([2]), x) },
        "cannot select with the shapes [2] and [2, 3]": { _ = select(where: Tensor([true, false]), x, x) },
        "cannot select from the shapes [2, 3] and [4, 3]": { _ = select(where: Tensor(true), x, y) },

        "sum along the axes [2] of the shape [2, 3]": { _ = x.sum(along: [2]) },
        "sum along the axes [0, -2] of the shape [2, 3]": { _ = x.sum(along: [0, -2]) },
        "mean along the axes [-3] of the shape [2, 3]": { _ = x.mean(along: [-3]) },
        "mean along the axes [1, 1] of the shape [2, 3]": { _ = x.mean(along: [1, 1]) },
        "variance along the axes [2] of the shape [2, 3]": { _ = x.variance(along: [2]) },
        "variance along the axes [0, 0] of the shape [2, 3]": { _ = x.variance(along: [0, 0]) },
        "maximum along the axes [2] of the shape [2, 3]": { _ = x.maximum(along: 2) },
        "maximum along the empty axis 1 of [2, 0]": { _ = ones([2, 0]).maximum(along: 1) },
        "softmax needs an axis": { _ = ones([]).softmax() },

        "cannot reshape [2, 3] to [4, 2]": { _ = x.reshaped(to: [4, 2]) },
        "cannot reshape [2, 3] to [4, -1]": { _ = x.reshaped(to: [4, -1]) },
        "cannot transpose [2, 3] by the permutation [0, 0]": { _ = x.transposed(permutation: [0, 0]) },
        "cannot transpose [2, 3] by the permutation [0]": { _ = x.transposed(permutation: [0]) },
        "cannot broadcast the shapes [2, 3] and [2, 4]": { _ = x.broadcast(to: [2, 4]) },
        "cannot broadcast [2, 3] to [3]": { _ = x.broadcast(to: [3]) },
        "no slice 1..<4 along axis 1 of [2, 3]": { _ = x.sliced(along: 1, from: 1, to: 4) },
        "no slice 2..<1 along axis 1 of [2, 3]": { _ = x.sliced(along: 1, from: 2, to: 1) },
        "slice along the axes [2] of the shape [2, 3]": { _ = x.sliced(along: 2, from: 0, to: 1) },
        "no slice 2..<3 along axis 0 of [2, 3]": { _ = x[2] },
        "cannot pad [2, 3] by [1] before and [1] after": { _ = x.padded(before: [1], after: [1], with: 0) },
        "cannot pad [2, 3] by [-1, 0] before and [0, 0] after": { _ = x.padded(before: [-1, 0], after: [0, 0], with: 0) },
        "concatenation needs a tensor": { _ = concatenated([Variable<Double>](), along: 0) },
        "cannot concatenate the shapes [[2, 3], [4, 3]] along axis 1": { _ = concatenated([x, y], along: 1) },
        "concatenation along the axes [2] of the shape [2, 3]": { _ = concatenated([x, x], along: 2) },
        "cannot stack the shapes []": { _ = stacked([Variable<Double>]()) },
        "cannot stack the shapes [[2, 3], [4, 3]]": { _ = stacked([x, y]) },
        "gather: indices from 0 to 2 do not lie below 2": { _ = x.gathered(rows: Tensor([0, 2])) },
        "gather: indices from -1 to -1 do not lie below 2": { _ = x.gathered(rows: Tensor([-1])) },

        "no matrix product of [2, 3] and [4, 3]: the inner extents differ": { _ = matrixProduct(x, y) },
        "no matrix product of [2, 3]ᵀ and [4, 3]ᵀ: the inner extents differ": {
            _ = matrixProduct(x, y, transposingFirst: true, transposingSecond: true)
        },
        "no matrix product of [2, 1, 3] and [4, 3, 1]": { _ = matrixProduct(ones([2, 1, 3]), ones([4, 3, 1])) },
        "no matrix product of [2, 3] and [3]": { _ = matrixProduct(x, ones([3])) },

        "no affine map of [2, 3] by weights [4, 3] and a bias [3]": { _ = affineMap(x, weight: y, bias: ones([3])) },
        "no affine map of [4, 3] by weights [3, 2] and a bias [3]": { _ = affineMap(y, weight: ones([3, 2]), bias: ones([3])) },
        "no feed-forward of [2, 3] by weights [3, 5], [5], [4, 3], [3]": {
            _ = feedForward(x, first: (ones([3, 5]), ones([5])), second: (y, ones([3])))
        },
        "a feed-forward from 3 to 2 features cannot add its input": {
            _ = feedForward(x, first: (ones([3, 5]), ones([5])), second: (ones([5, 2]), ones([2])), addingInput: true)
        },

        "cross-entropy of enlarged logits [2, 3] needs one map of targets for each image, not [2, 4, 4]": {
            _ = resizedCrossEntropy(x, Tensor(repeating: 0, shape: [2, 4, 4]), alignsCorners: true)
        },
        "cross-entropy over 3 classes is handed 4 targets that are no class": {
            _ = resizedCrossEntropy(ones([1, 1, 1, 3]), Tensor(repeating: 7, shape: [1, 1, 4]), alignsCorners: true)
        },
        "cannot add a residual [4, 3] to normalized [2, 3]": {
            _ = x.batchNormalized(scale: ones([3]), shift: ones([3]), adding: y)
        },
        "cannot modulate [2, 3] by [3] and [2, 3]": { _ = x.modulated(scale: ones([3]), shift: x) },
        "cannot modulate [2, 3] by [2, 3] and [4, 3]": { _ = x.modulated(scale: x, shift: y) },

        "gradients are of one number, not of the shape [2, 3]": { _ = Gradients(of: x) },
        "cannot contract a result of shape [2, 3] with a direction of [4, 3]": { _ = Gradients(of: x, contractedWith: y.value) },
    ]

    static let x = ones([2, 3])
    static let y = ones([4, 3])
    static func ones(_ shape: [Int]) -> Variable<Double> { .tracked(Tensor(repeating: 1, shape: shape)) }
}

extension WrongArgument {
    /// Mistakes with positions, borders and blocks.
    static let indexing: [String: @Sendable () -> Void] = [
        "gather: positions from 0 to 3 do not lie on an axis of extent 3": { _ = x.gathered(along: 1, at: Tensor([0, 3])) },
        "gather: positions from -4 to 0 do not lie on an axis of extent 3": { _ = x.gathered(along: 1, at: Tensor([0, -4])) },
        "gather along the axes [2] of the shape [2, 3]": { _ = x.gathered(along: 2, at: Tensor([0])) },
        "positions of shape [3] do not fit elements of shape [2, 3] along axis 1": {
            _ = x.gatheredElements(along: 1, at: Tensor([0, 1, 2]))
        },
        "coordinates of shape [1, 3] do not point into the shape [2, 3] behind 0 shared axes": {
            _ = x.gatheredSlices(at: Tensor([0, 1, 2], shape: [1, 3]))
        },
        "cannot put the elements [2, 3] at the positions [1, 3]": {
            _ = x.replacingElements(along: 0, at: Tensor([0, 0, 0], shape: [1, 3]), with: x)
        },
        "cannot pad [2, 3] by [1] before and [0, 0] after": { _ = x.padded(before: [1], after: [0, 0], mode: .edge) },
        "cannot pad an axis of extent 0 by 1 before and 0 after": { _ = ones([0]).padded(before: [1], after: [0], mode: .reflection) },
        "cannot repeat [2, 3] [2] times": { _ = x.tiled([2]) },
        "cannot repeat [2, 3] [2, -1] times": { _ = x.tiled([2, -1]) },
        "cannot lay out the channels of [1, 2, 2, 3] as blocks of 2 x 2": { _ = ones([1, 2, 2, 3]).depthToSpace(block: 2) },
        "cannot lay out the channels of [2, 3] as blocks of 1 x 1": { _ = x.depthToSpace(block: 1) },
        "cannot put blocks of 2 x 2 pixels of [1, 3, 2, 1] into channels": { _ = ones([1, 3, 2, 1]).spaceToDepth(block: 2) },
        "cannot put blocks of 0 x 0 pixels of [1, 2, 2, 1] into channels": { _ = ones([1, 2, 2, 1]).spaceToDepth(block: 0) },
        "cumulative sum along the axes [2] of the shape [2, 3]": { _ = x.cumulativeSum(along: 2) },
        "cumulative sum along the axes [0] of the shape []": { _ = ones([]).cumulativeSum(along: 0) },
        "logSumExp along the axes [-3] of the shape [2, 3]": { _ = x.logSumExp(along: [-3]) },
        "maximum along the empty axis 0 of [0]": { _ = ones([0]).logSumExp(along: [0]) },
        "cannot raise the shapes [2, 3] and [4, 3]": { _ = x.power(y) },
        "cannot raise the shapes [2] and [2, 3]": { _ = ones([2]).power(x) },
    ]
}

extension WrongArgument {
    /// Mistakes with images, windows, losses and sums of products.
    static let networks: [String: @Sendable () -> Void] = [
        "convolution2DTransposed takes an input [batch, height, width, channels] and weights [height, width, out, channels], not [2, 3] and [4, 3]":
            { _ = convolution2DTransposed(x, y) },
        "convolution2DTransposed of an input [1, 1, 1, 2] with weights [1, 1, 3, 2]: the output would have -1 x -1 pixels": {
            _ = convolution2DTransposed(ones([1, 1, 1, 2]), ones([1, 1, 3, 2]), Convolution2DGeometry(padding: 1))
        },
        "a pooling needs a padding smaller than the window reaches": { _ = ones([1, 4, 4, 1]).maximumPooled(window: 2, padding: 2) },
        "a pooling needs a window, a stride and a dilation of at least 1": { _ = ones([1, 4, 4, 1]).averagePooled(window: 0) },
        "maximumPooled takes [batch, height, width, channels], not [2, 3]": { _ = x.maximumPooled(window: 1) },
        "averagePooled takes [batch, height, width, channels], not [2, 3]": { _ = x.averagePooled(window: 1) },
        "checkpointed: the shape is [1, 3] where it was [2, 3] the first time": { checkpoint(secondShape: [1, 3]) },
        "checkpointed: the shape is [6] where it was [2, 3] the first time": { checkpoint(secondShape: [6]) },
        "resample along the axes [2] of the shape [2, 3]": { _ = x.resampled(along: 2, to: 3, Resampling(.linear)) },
        "cannot resample an axis of extent 0 to 3": { _ = ones([0]).resampled(along: 0, to: 3, Resampling(.linear)) },
        "gridSampled takes images [n, h, w, c] and a grid [n, H, W, 2], not [2, 3] and [4, 3]": { _ = gridSampled(x, at: y) },
        "gridSampled takes images [n, h, w, c] and a grid [n, H, W, 2], not [1, 2, 2, 1] and [2, 1, 1, 2]": {
            _ = gridSampled(ones([1, 2, 2, 1]), at: ones([2, 1, 1, 2]))
        },
        "a log-likelihood over 3 classes is handed 1 targets that are no class": { _ = negativeLogLikelihood(x, Tensor([0, 3])) },
        "a log-likelihood needs one target for each element and a weight for each class: probabilities have the shape [2, 3], targets [3], weights [3]":
            { _ = negativeLogLikelihood(x, Tensor([0, 1, 2])) },
        "cannot group-normalize [2, 3] in 2 groups with scale [3] and shift [3]": {
            _ = x.groupNormalized(groups: 2, scale: ones([3]), shift: ones([3]))
        },
        "a local normalization needs an axis of channels": { _ = ones([]).locallyNormalized(size: 1) },
        "einsteinSum: 1 labels for the shape [2, 3]": { _ = einsteinSum([(x, labels: [0])], to: []) },
        "einsteinSum: label 1 has the extents 3 and 4": { _ = einsteinSum([(x, labels: [0, 1]), (y, labels: [1, 2])], to: [0]) },
        "einsteinSum: the labels [2] of the result are not all labels of the operands [[0, 1]]": {
            _ = einsteinSum([(x, labels: [0, 1])], to: [2])
        },
    ]
}

/// Backward through a body that gives another shape the second time.
private func checkpoint(secondShape: [Int]) {
    let calls = Calls()
    var nothing: Void = ()
    let y = checkpointed([Variable<Double>.tracked(Tensor(repeating: 1, shape: [2, 3]))], state: &nothing) { x, _ in
        calls.next() == 1 ? x[0] : Variable(Tensor(repeating: 1, shape: secondShape)) * x[0].sum()
    }
    _ = Gradients(of: y.sum())
}

/// Counts calls.
private final class Calls: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
