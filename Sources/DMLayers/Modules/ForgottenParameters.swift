import DMAutograd
import DMTensors

extension Module {
    /// The parameters and running statistics that the module holds but ``visitParameters(_:)`` does not show, by the
    /// names of their properties.
    ///
    /// Such parameters would not be trained, saved or averaged. What is kept from training on purpose is ``Frozen``.
    ///
    /// ```swift
    /// struct Head: Module {
    ///     var hidden: Linear
    ///     var output: Linear
    ///
    ///     mutating func visitParameters(_ visitor: inout some ParameterVisitor) { visitor.visit(&hidden, "hidden") }
    /// }
    ///
    /// var random = RandomSource(seed: 1)
    /// let head = Head(
    ///     hidden: Linear(inputs: 2, outputs: 3, random: &random), output: Linear(inputs: 3, outputs: 1, random: &random))
    /// print(head.forgottenParameters())     // ["output.weight", "output.bias"]
    /// ```
    ///
    /// ``valueAndGradients(of:_:)`` stops with these names in debug builds. Properties are found by reflection: those of
    /// structures, enumerations, tuples and collections, not those of class instances or captured by closures.
    public func forgottenParameters() -> [String] {
        var marked = self
        var marker = Marker()
        marked.visitParameters(&marker)
        return marked.unmarkedParameters()
    }

    /// Stops where a module that has been tracked still holds a parameter that is not.
    func stopsForForgottenParameters() -> Bool {
        let names = unmarkedParameters()
        checkShape(
            names.isEmpty,
            "visitParameters of \(Self.self) forgets \(names.joined(separator: ", ")), which would not be trained: "
                + "visit them, or make what is not to be trained Frozen")
        return true
    }

    /// The names of what holds parameters that are not tracked, or running statistics that are not visited.
    private func unmarkedParameters() -> [String] {
        var seen = VisitedStatistics()
        readParameters(&seen)
        var names: [String] = []
        search(self, [], &names) { value in
            switch value {
            case let parameter as Parameter: parameter.variable.isTracked
            case let statistics as RunningStatistics: seen.origins.contains(statistics.identity.origin)
            default: nil
            }
        }
        return names
    }
}

/// A module inside another that is kept from training: a pretrained network whose features a loss compares, say.
///
/// It is a constant of the module that holds it, and neither visited nor saved with it.
///
/// ```swift
/// struct Compared: Module {
///     var network: Linear
///     let reference: Frozen<Linear>
///
///     mutating func visitParameters(_ visitor: inout some ParameterVisitor) { visitor.visit(&network, "network") }
/// }
///
/// var random = RandomSource(seed: 1)
/// let network = Linear(inputs: 2, outputs: 2, random: &random)
/// print(Compared(network: network, reference: Frozen(network)).forgottenParameters())     // []
/// ```
public struct Frozen<M: Module>: Sendable {
    /// The module.
    public let module: M

    /// Keeps a module as it is.
    public init(_ module: M) { self.module = module }
}

/// What a search for parameters does not enter.
private protocol PassedOver {}

extension Frozen: PassedOver {}

/// Tracks every parameter that it is shown.
private struct Marker: ParameterVisitor {
    var path: [String] = []

    mutating func reach(_ parameter: inout Parameter, at name: String) { parameter.track() }
}

/// Notes whose running statistics it is shown.
private struct VisitedStatistics: ParameterReader {
    var origins: Set<ObjectIdentifier> = []

    mutating func read(_ parameter: Parameter, at name: String) {}
    mutating func read(_ statistics: RunningStatistics, at name: String) { origins.insert(statistics.identity.origin) }
}

/// Finds what a value holds anywhere inside of it.
///
/// - Parameters:
///   - value: Where to search.
///   - path: The names of the properties that led there.
///   - names: Receives the names of what is not marked.
///   - isMarked: Whether a value is marked, nil for one to search inside of.
private func search(_ value: Any, _ path: [String], _ names: inout [String], isMarked: (Any) -> Bool?) {
    if let isMarked = isMarked(value) {
        if !isMarked { names.append(path.joined(separator: ".")) }
        return
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case nil, .class: return
    case .collection, .set, .dictionary:
        // Long lists of numbers hold no parameters.
        guard let first = mirror.children.first, Mirror(reflecting: first.value).displayStyle != nil else { return }
    default: if value is any PassedOver { return }
    }
    for (index, child) in mirror.children.enumerated() {
        let isWrapper = mirror.displayStyle == .optional
        search(child.value, isWrapper ? path : path + [child.label ?? "\(index)"], &names, isMarked: isMarked)
    }
}
