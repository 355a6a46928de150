import DMAutograd
import DMTensors

/// Fits a network of one hidden layer to noisy samples of a sine, by gradient descent.
@main struct CurveFit {
    static func main() {
        var random = RandomSource(seed: 7)
        let x: Tensor<Float> = random.uniform(shape: [80, 1], in: -3.2..<3.2)
        let y = x.sin() + random.normal(shape: [80, 1]) * 0.1

        var parameters: [Tensor<Float>] = [
            random.normal(shape: [1, 16]), random.normal(shape: [16]),  // hidden layer
            random.normal(shape: [16, 1]) * 0.25, Tensor(repeating: 0, shape: [1]),  // output layer
        ]
        for step in 0...2000 {
            let tracked = parameters.map { Variable.tracked($0) }
            let loss = (curve(Variable(x), tracked) - Variable(y)).squared().mean()
            let gradients = Gradients(of: loss)
            for (index, parameter) in tracked.enumerated() {
                if let gradient = gradients[parameter] { parameters[index] -= gradient * 0.1 }
            }
            if step.isMultiple(of: 400) { print("step \(step): mean squared error \(loss.value.scalar)") }
        }

        let line = Tensor<Float>((0..<Plot.width).map { -3.2 + 6.4 * Float($0) / Float(Plot.width - 1) }, shape: [Plot.width, 1])
        var plot = Plot(x: -3.2...3.2, y: -1.4...1.4)
        plot.mark("o", at: x, y)
        plot.mark("*", at: line, curve(Variable(line), parameters.map { Variable($0) }).value)
        print("\no samples, * the fitted curve\n\(plot)")
    }

    /// `tanh(x · A + b) · C + d`, for x of shape `[samples, 1]`.
    static func curve(_ x: Variable<Float>, _ parameters: [Variable<Float>]) -> Variable<Float> {
        let hidden = (matmul(x, parameters[0]) + parameters[1]).tanh()  // [samples, 16]
        return matmul(hidden, parameters[2]) + parameters[3]  // [samples, 1]
    }
}
