import DMAutograd
import DMTensors

/// Mistakes of the caller that stop the program, each under what the message says.
enum BadArgument {
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

        "no matmul of [2, 3] and [4, 3]: the inner extents differ": { _ = matmul(x, y) },
        "no matmul of [2, 3]ᵀ and [4, 3]ᵀ: the inner extents differ": {
            _ = matmul(x, y, transposingFirst: true, transposingSecond: true)
        },
        "no matmul of [2, 1, 3] and [4, 3, 1]": { _ = matmul(ones([2, 1, 3]), ones([4, 3, 1])) },
        "no matmul of [2, 3] and [3]": { _ = matmul(x, ones([3])) },

        "no linear map of [2, 3] by weights [4, 3] and a bias [3]": { _ = linear(x, weight: y, bias: ones([3])) },
        "no linear map of [4, 3] by weights [3, 2] and a bias [3]": { _ = linear(y, weight: ones([3, 2]), bias: ones([3])) },
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
