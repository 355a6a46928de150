import DMAutograd

extension GradientCase {
    static let elementary: [GradientCase] = [
        each(.exponential, of: Shapes.single) { $0[0].exp() },
        each(.logarithm, of: Shapes.single, in: 0.2...3) { $0[0].log() },
        each(.squareRoot, of: Shapes.single, in: 0.2...3) { $0[0].squareRoot() },
        each(.square, of: Shapes.single) { $0[0].squared() },
        each(.reciprocal, of: Shapes.single, in: 0.5...2) { $0[0].reciprocal() },
        each(.reciprocal, of: Shapes.single, in: -2 ... -0.5) { $0[0].reciprocal() },
        each(.absoluteValue, of: Shapes.single) { $0[0].absoluteValue() },
        each(.sine, of: Shapes.single, in: -9...9) { $0[0].sin() },
        each(.cosine, of: Shapes.single, in: -9...9) { $0[0].cos() },
        each(.power, of: Shapes.single, in: 0.2...3) { $0[0].power(2.5) },
        each(.power, of: Shapes.single, in: 0.2...3) { $0[0].power(-1.5) },
        each(.power, of: Shapes.single) { $0[0].power(3) },
        each(.power, of: Shapes.single) { $0[0].power(0) },
        each(.clamp, of: Shapes.single) { $0[0].clamped(to: -0.7...1.1) },
        each(.hyperbolicTangent, of: Shapes.single) { $0[0].tanh() },
        each(.sigmoid, of: Shapes.single, in: -6...6) { $0[0].sigmoid() },
        each(.logSigmoid, of: Shapes.single, in: -40...40) { $0[0].logSigmoid() },
        each(.relu, of: Shapes.single) { $0[0].relu() },
        each(.gelu, of: Shapes.single, in: -4...4) { $0[0].gelu() },
    ].flatMap { $0 }
}
