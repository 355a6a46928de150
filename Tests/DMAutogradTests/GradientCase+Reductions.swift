import DMAutograd

extension GradientCase {
    /// A choice of axes of each of some shapes.
    private static func along(
        _ operation: Operation, _ choices: [(shape: [Int], axes: [Int])],
        function: @escaping @Sendable (Variable<Double>, [Int]) -> Variable<Double>
    ) -> [GradientCase] {
        choices.flatMap { choice in each(operation, of: [[choice.shape]]) { function($0[0], choice.axes) } }
    }

    private static let axes: [(shape: [Int], axes: [Int])] = [
        ([5], [0]), ([3, 5], [0]), ([3, 5], [1]), ([2, 3, 4], [1]), ([2, 3, 4], [0, 2]), ([2, 3, 4], [0, 1, 2]), ([1, 3], [0]),
        ([2, 3], []), ([2, 3], [-1]), ([0, 3], [1]),
    ]

    static let reductions: [GradientCase] = [
        along(.sum, axes) { $0.sum(along: $1) },
        along(.sum, axes) { $0.sum(along: $1, keepingAxes: true) },
        along(.sum, [([0, 3], [0]), ([0], [0])]) { $0.sum(along: $1) },
        each(.sum, of: Shapes.single) { $0[0].sum() },
        along(.mean, axes) { $0.mean(along: $1) },
        along(.mean, axes) { $0.mean(along: $1, keepingAxes: true) },
        each(.mean, of: [[[]], [[1]], [[2, 3]]]) { $0[0].mean() },
        along(.variance, axes) { $0.variance(along: $1) },
        along(.variance, axes) { $0.variance(along: $1, keepingAxes: true) },
        along(.maximumAlongAxis, axes.filter { $0.axes.count == 1 }) { $0.maximum(along: $1[0]) },
        along(.maximumAlongAxis, axes.filter { $0.axes.count == 1 }) { $0.maximum(along: $1[0], keepingAxes: true) },
        each(.maximumAlongAxis, of: [[[]], [[1]], [[2, 3]]]) { $0[0].maximum() },
        each(.maximumAlongAxis, of: [[[]], [[1]], [[2, 3]]]) { $0[0].minimum() },
        each(.softmax, of: [[[5]], [[1]], [[3, 4]], [[2, 1, 3]], [[2, 3, 1]], [[0, 3]]]) { $0[0].softmax() },
        each(.logSoftmax, of: [[[5]], [[1]], [[3, 4]], [[2, 1, 3]], [[2, 3, 1]], [[0, 3]]]) { $0[0].logSoftmax() },
        each(.softmax, of: [[[2, 3]]], in: -30...30) { $0[0].softmax() },
        each(.logSoftmax, of: [[[2, 3]]], in: -700...700) { $0[0].logSoftmax() },
    ].flatMap { $0 }
}
