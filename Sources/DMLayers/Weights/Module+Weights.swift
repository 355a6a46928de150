public import DMTensors

/// Weights that come from PyTorch and go there.
extension Module {
    /// Takes over what fits of the weights of a file, in PyTorch's layouts.
    ///
    /// ```swift
    /// var encoder = ResNet(.fifty, random: &random)
    /// let report = encoder.importWeights(try PyTorchFile(path: "resnet50.pth").parameterValues())
    /// print(report)     // loaded 265 of 265 tensors
    ///                   // unexpected: 2: fc.weight, fc.bias
    /// ```
    ///
    /// Names are found as `WeightNames` describes; convolutions and linear maps are transposed. Of two tensors
    /// with one meaning the first counts, and the second is unexpected.
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
    /// `load_state_dict` takes them without complaint, the counts `num_batches_tracked` being optional there.
    ///
    /// - Parameter names: How the tensors are called.
    public func exportedWeights(names: WeightNames = .own) -> ParameterValues {
        var copy = self
        var exporter = Exporter(names: names)
        copy.visitParameters(&exporter)
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
        } else {
            report.mismatchedShapes.append(.init(name: name, expected: layout.foreignShape(of: shape), found: value.shape))
        }
    }
}

private struct Exporter: ParameterVisitor {
    var path: [String] = []
    let names: WeightNames
    var values = ParameterValues()

    init(names: WeightNames) { self.names = names }

    mutating func reach(_ parameter: inout Parameter, at name: String) {
        values.append(names.publicName(of: name), parameter.layout.foreign(parameter.value))
    }

    mutating func reach(_ statistics: inout RunningStatistics, at name: String) {
        values.append(names.publicName(of: name + "_mean"), statistics.mean)
        values.append(names.publicName(of: name + "_var"), statistics.variance)
    }
}
