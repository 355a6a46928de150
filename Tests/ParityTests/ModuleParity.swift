import DMAutograd
import DMLayers
import DMTensors
import Testing

/// A module and its inputs, all of which gradients are taken of.
private struct Probed<Inner: Module>: Module {
    var inner: Inner
    var inputs: [Parameter]

    mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        for index in inputs.indices { visitor.visit(&inputs[index], "input\(index)") }
        inner.visitParameters(&visitor)
    }
}

/// Which error of the gradients is held against the tolerance.
enum GradientMeasure {
    /// That of each tensor.
    case each
    /// That of all tensors together.
    ///
    /// In a whole network some ReLU or pooling sees two numbers that differ by rounding alone, and takes one
    /// side or the other: gradients of single tensors then differ by parts in a thousand, as PyTorch's own do
    /// between its two layouts.
    case together
}

/// Holds one pass of a module against PyTorch's: outputs, gradients, and running statistics behind it.
///
/// Weights and inputs are drawn by name. The loss is the mean of each output times numbers drawn for it,
/// added up.
///
/// - Parameters:
///   - name: The case, which is the reference's name.
///   - module: The module, whatever its weights.
///   - inputs: The inputs' shapes.
///   - mode: How it runs.
///   - tolerance: The largest error allowed, in units of the norm.
///   - measure: Which error of the gradients is held against it.
///   - shift: The size of the shifts of batch normalizations.
///   - forward: Calls the module.
func expectParity<M: Module>(
    _ name: String, _ module: M, inputs: [[Int]], mode: ForwardContext.Mode = .training, tolerance: Double,
    measure: GradientMeasure = .each, shift: Float = 2.5,
    forward: (M, [Variable<Float>], inout ForwardContext) -> [Variable<Float>]
) throws {
    let reference = try Reference(name)
    let draw = reference.remark("draw")
    let drawn = inputs.indices.map { Parameter(Drawing.tensor("\(draw)/input\($0)", inputs[$0])) }
    var probed = Probed(inner: module, inputs: drawn)
    Drawing.fill(&probed.inner, for: draw, shift: shift)
    var context = ForwardContext(mode: mode, random: RandomSource(seed: 0))
    var outputs: [String: Tensor<Float>] = [:]
    let (_, gradients) = valueAndGradients(of: probed) { probed in
        let results = forward(probed.inner, probed.inputs.map(\.variable), &context)
        var loss = Variable<Float>(Tensor(0))
        for (index, result) in results.enumerated() {
            outputs["output\(index)"] = result.value
            loss = loss + (result * Variable(Drawing.tensor("\(draw)/probe\(index)", result.shape))).mean()
        }
        return loss
    }
    probed.inner.updateRunningStatistics(from: &context)
    let wanted = Set(reference.names(of: "gradients"))
    let kept = gradients.filter { !$0.name.hasPrefix("input") || wanted.contains($0.name) }
    let trainable = Set(probed.inner.parameters.names)
    let statistics = mode == .training ? probed.inner.state.filter { !trainable.contains($0.name) } : []
    let outputError = try reference.error(of: "outputs", outputs)
    let gradientErrors = try reference.errors(of: "gradients", Dictionary(uniqueKeysWithValues: kept.map { ($0.name, $0.value) }))
    let statisticsError = try reference.error(
        of: "statistics", Dictionary(uniqueKeysWithValues: statistics.map { ($0.name, $0.value) }))
    print(
        "parity of \(name): outputs \(short(outputError)), gradients each \(short(gradientErrors.worst)) "
            + "and together \(short(gradientErrors.together)), statistics \(short(statisticsError)); " + reference.ownErrors)
    let gradientError = measure == .each ? gradientErrors.worst : gradientErrors.together
    #expect(max(outputError, gradientError, statisticsError) < tolerance, "\(name)")
}
