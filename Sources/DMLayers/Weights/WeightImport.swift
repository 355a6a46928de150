public import DMTensors

/// Weights that come from PyTorch and go there.
extension Module {
    /// Takes over what fits of the weights of a file, in PyTorch's layouts.
    ///
    /// ```swift
    /// var random = RandomSource(seed: 1)
    /// let weights = ResNetClassifier(.resNet18, random: &random).exportedWeights()     // or those of a file
    /// var encoder = ResNet(.resNet18, random: &random)
    /// print(encoder.importWeights(weights))     // loaded 100 of 100 tensors
    ///                                           // unexpected: 2: fc.weight, fc.bias
    /// ```
    ///
    /// Names are found as ``WeightNames`` describes; convolutions and linear maps are transposed. Of two tensors
    /// with one meaning the first counts, and the second is unexpected.
    ///
    /// - Important: Names and shapes say nothing about the order of features. A linear map behind a flattened feature
    ///   map fits only where the features are flattened in PyTorch's order, channel by channel, as ``Flatten`` does;
    ///   reshaped features `[n, h, w, c]` have another one, and the network would give nonsense without a word.
    ///
    /// - Parameter weights: Names and tensors, as the file has them.
    /// - Returns: What was loaded and what did not fit.
    public mutating func importWeights(_ weights: ParameterValues) -> WeightReport {
        var importer = Importer()
        let known = Set(state.names)
        for (name, value) in weights where !name.hasSuffix("num_batches_tracked") {
            if let own = WeightNames.ownName(of: name, among: known), importer.values[own] == nil {
                importer.values[own] = value
            } else {
                importer.report.unexpected.append(name)
            }
        }
        visitParameters(&importer)
        return importer.report
    }

    /// All parameters and running statistics as PyTorch names and lays them out.
    ///
    /// PyTorch's `load_state_dict` accepts them; it does not need the counts `num_batches_tracked`.
    ///
    /// - Parameter names: How the tensors are called.
    public func exportedWeights(names: WeightNames = .own) -> ParameterValues {
        var exporter = Exporter(names: names)
        readParameters(&exporter)
        return exporter.values
    }
}

private struct Importer: ParameterVisitor {
    var path: [String] = []
    var values: [String: Tensor<Float>] = [:]
    var report = WeightReport()

    mutating func reach(_ parameter: inout Parameter, at name: String) {
        take(name, parameter.shape, parameter.layout) { parameter.value = $0 }
    }

    mutating func reach(_ statistics: inout RunningStatistics, at name: String) {
        take(name + "_mean", statistics.mean.shape, .alike) { statistics.mean = $0 }
        take(name + "_var", statistics.variance.shape, .alike) { statistics.variance = $0 }
    }

    private mutating func take(_ name: String, _ shape: [Int], _ layout: ParameterLayout, set: (Tensor<Float>) -> Void) {
        guard let value = values[name] else { return report.missing.append(name) }
        if let own = layout.own(value, shape: shape) {
            set(own)
            report.loaded.append(name)
            // Nothing times infinity, or times what is no number, is no number.
            if (value * 0).sum().isNaN { report.nonFinite.append(name) }
        } else {
            report.mismatchedShapes.append(.init(name: name, expected: layout.foreignShape(of: shape), found: value.shape))
        }
    }
}

private struct Exporter: ParameterReader {
    let names: WeightNames
    var values = ParameterValues()

    init(names: WeightNames) { self.names = names }

    mutating func read(_ parameter: Parameter, at name: String) {
        values.append(names.publicName(of: name), parameter.layout.foreign(parameter.value))
    }

    mutating func read(_ statistics: RunningStatistics, at name: String) {
        values.append(names.publicName(of: name + "_mean"), statistics.mean)
        values.append(names.publicName(of: name + "_var"), statistics.variance)
    }
}

/// What an import of weights did, tensor by tensor.
public struct WeightReport: Sendable, Equatable, CustomStringConvertible {
    /// A tensor whose shape is not its parameter's.
    public struct MismatchedShape: Sendable, Equatable {
        /// The parameter's name.
        public let name: String
        /// The parameter's shape, as PyTorch lays it out.
        public let expected: [Int]
        /// The shape found.
        public let found: [Int]
    }

    /// The module's tensors that took over a value.
    public internal(set) var loaded: [String] = []
    /// The module's tensors that the weights lack; they stay as they were.
    public internal(set) var missing: [String] = []
    /// The weights' tensors that the module lacks, under their own names.
    public internal(set) var unexpected: [String] = []
    /// The module's tensors for which the weights have another shape; they stay as they were.
    public internal(set) var mismatchedShapes: [MismatchedShape] = []

    /// The module's tensors that took over infinities or what is no number: the network would give nonsense.
    public internal(set) var nonFinite: [String] = []

    /// Whether every tensor of the module took over a value.
    public var isComplete: Bool { missing.isEmpty && mismatchedShapes.isEmpty }

    /// Counts and the first names of what did not fit, line by line.
    public var description: String {
        let all = loaded.count + missing.count + mismatchedShapes.count
        let shapes = mismatchedShapes.map { "\($0.name) (expected \($0.expected), found \($0.found))" }
        let lines = [
            "loaded \(loaded.count) of \(all) tensors", line("missing", missing), line("of another shape", shapes),
            line("unexpected", unexpected), line("with infinities or no numbers", nonFinite),
        ]
        return lines.compactMap(\.self).joined(separator: "\n")
    }

    private func line(_ what: String, _ names: [String]) -> String? {
        if names.isEmpty { return nil }
        let shown = 6
        let list = names.prefix(shown).map(shortened).joined(separator: ", ")
        return "\(what): \(names.count): \(list)" + (names.count > shown ? ", ..." : "")
    }

    /// A name that somebody else gave, as long as a message can be.
    private func shortened(_ name: String) -> String { name.count > 100 ? "\(name.prefix(100))..." : name }
}
