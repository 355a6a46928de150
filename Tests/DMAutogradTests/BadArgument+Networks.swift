import DMAutograd
import DMTensors
import Synchronization

extension BadArgument {
    /// Mistakes with images, windows, losses and sums of products.
    static let networks: [String: @Sendable () -> Void] = [
        "convolution2DTransposed takes an input [batch, height, width, channels] and weights [height, width, out, channels], not [2, 3] and [4, 3]":
            { _ = convolution2DTransposed(x, y) },
        "convolution2DTransposed of an input [1, 1, 1, 2] with weights [1, 1, 3, 2]: the output would have -1 x -1 pixels": {
            _ = convolution2DTransposed(ones([1, 1, 1, 2]), ones([1, 1, 3, 2]), Convolution2DGeometry(padding: 1))
        },
        "a pooling needs a padding smaller than the window reaches": { _ = ones([1, 4, 4, 1]).maxPooled(window: 2, padding: 2) },
        "a pooling needs a window, a stride and a dilation of at least 1": { _ = ones([1, 4, 4, 1]).averagePooled(window: 0) },
        "maxPooled takes [batch, height, width, channels], not [2, 3]": { _ = x.maxPooled(window: 1) },
        "averagePooled takes [batch, height, width, channels], not [2, 3]": { _ = x.averagePooled(window: 1) },
        "recomputed: the shape is [1, 3] where it was [2, 3] the first time": { recompute(secondShape: [1, 3]) },
        "recomputed: the shape is [6] where it was [2, 3] the first time": { recompute(secondShape: [6]) },
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
        "einsum: 1 labels for the shape [2, 3]": { _ = einsum([(x, labels: [0])], to: []) },
        "einsum: label 1 has the extents 3 and 4": { _ = einsum([(x, labels: [0, 1]), (y, labels: [1, 2])], to: [0]) },
        "einsum: the labels [2] of the result are not all labels of the operands [[0, 1]]": {
            _ = einsum([(x, labels: [0, 1])], to: [2])
        },
    ]
}

/// Backward through a body that gives another shape the second time.
private func recompute(secondShape: [Int]) {
    let calls = Calls()
    var nothing: Void = ()
    let y = recomputed([Variable<Double>.tracked(Tensor(repeating: 1, shape: [2, 3]))], state: &nothing) { x, _ in
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
