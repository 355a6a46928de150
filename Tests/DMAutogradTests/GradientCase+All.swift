import DMAutograd

extension GradientCase {
    /// The cases of all topics; a new topic is a file of its own and one more line here.
    static let all: [GradientCase] = [
        arithmetic,
        elementary,
        functions,
        choices,
        reductions,
        shaping,
        indexing,
        products,
        networks,
        convolution,
        resampling,
        composedNormalization,
        recomputation,
    ].flatMap { $0 }

    /// The cases of one operation.
    static func cases(of operation: Operation) -> [GradientCase] { all.filter { $0.operation == operation } }
}
