public import DMTensors

/// Why values do not fit a module.
public enum ParameterMismatch: Error, Equatable, CustomStringConvertible {
    /// The module has a parameter that the values lack.
    case missing(name: String)
    /// The values have a name that the module lacks.
    case unexpected(name: String)
    /// A tensor has another shape than its parameter.
    case shape(name: String, expected: [Int], found: [Int])

    /// What does not fit, in words.
    public var description: String {
        switch self {
        case .missing(let name): "there is no value for the parameter '\(name.quotedName)'"
        case .unexpected(let name): "the module has no parameter '\(name.quotedName)'"
        case .shape(let name, let expected, let found): "the parameter '\(name.quotedName)' has the shape \(expected), the value \(found)"
        }
    }
}

extension Module {
    /// The current values of all parameters.
    public var parameters: ParameterValues { collected(withStatistics: false) }

    /// The current values of all parameters and running statistics: all that a copy needs (PyTorch's `state_dict`).
    public var state: ParameterValues { collected(withStatistics: true) }

    /// The number of trainable numbers.
    public var parameterCount: Int {
        var counter = Counter()
        readParameters(&counter)
        return counter.count
    }

    /// Takes over the values of another module of the same make, running statistics included.
    ///
    /// - Throws: ``ParameterMismatch`` if a name or a shape differs; the module is then unchanged.
    public mutating func load(_ state: ParameterValues) throws(ParameterMismatch) {
        let own = self.state
        let known = Set(own.names)
        if let name = state.names.first(where: { !known.contains($0) }) { throw .unexpected(name: name) }
        let byName = Dictionary(zip(state.names, state.values), uniquingKeysWith: { first, _ in first })
        for (name, value) in zip(own.names, own.values) {
            guard let new = byName[name] else { throw .missing(name: name) }
            guard new.shape == value.shape else { throw .shape(name: name, expected: value.shape, found: new.shape) }
        }
        var loader = Loader(values: byName)
        visitParameters(&loader)
    }

    /// Changes every parameter in place.
    ///
    /// - Parameter body: Is handed each parameter's value, its dotted name and its place in the order of visiting.
    public mutating func updateParameters(_ body: (inout Tensor<Float>, String, Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            var updater = Updater(body: body)
            visitParameters(&updater)
        }
    }

    /// Changes every parameter and running statistic in place, in the order of `state`.
    public mutating func updateState(_ body: (inout Tensor<Float>, String, Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            var updater = Updater(body: body, includesStatistics: true)
            visitParameters(&updater)
        }
    }

    private func collected(withStatistics: Bool) -> ParameterValues {
        var collector = Collector(includesStatistics: withStatistics)
        readParameters(&collector)
        return collector.values
    }
}

/// The names of the two tensors of running statistics, as PyTorch has them.
private func tensorNames(ofStatistics name: String) -> (mean: String, variance: String) { (name + "_mean", name + "_var") }

private struct Counter: ParameterReader {
    var count = 0

    mutating func read(_ parameter: Parameter, at name: String) { count += parameter.value.count }
}

private struct Collector: ParameterReader {
    let includesStatistics: Bool
    var values = ParameterValues()

    init(includesStatistics: Bool) { self.includesStatistics = includesStatistics }

    mutating func read(_ parameter: Parameter, at name: String) { values.append(name, parameter.value) }

    mutating func read(_ statistics: RunningStatistics, at name: String) {
        guard includesStatistics else { return }
        let names = tensorNames(ofStatistics: name)
        values.append(names.mean, statistics.mean)
        values.append(names.variance, statistics.variance)
    }
}

private struct Loader: ParameterVisitor {
    var path: [String] = []
    let values: [String: Tensor<Float>]

    init(values: [String: Tensor<Float>]) { self.values = values }

    mutating func reach(_ parameter: inout Parameter, at name: String) {
        if let value = values[name] { parameter.value = value }
    }

    mutating func reach(_ statistics: inout RunningStatistics, at name: String) {
        let names = tensorNames(ofStatistics: name)
        if let mean = values[names.mean], let variance = values[names.variance] {
            statistics.mean = mean
            statistics.variance = variance
        }
    }
}

private struct Updater: ParameterVisitor {
    var path: [String] = []
    let body: (inout Tensor<Float>, String, Int) -> Void
    var includesStatistics = false
    private var index = 0

    init(body: @escaping (inout Tensor<Float>, String, Int) -> Void, includesStatistics: Bool = false) {
        self.body = body
        self.includesStatistics = includesStatistics
    }

    mutating func reach(_ parameter: inout Parameter, at name: String) {
        parameter.update { body(&$0, name, index) }
        index += 1
    }

    mutating func reach(_ statistics: inout RunningStatistics, at name: String) {
        guard includesStatistics else { return }
        let names = tensorNames(ofStatistics: name)
        body(&statistics.mean, names.mean, index)
        body(&statistics.variance, names.variance, index + 1)
        index += 2
    }
}
