import DMAutograd
import DMTensors

extension BadArgument {
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
