public import DMLayers
import DMTensors

/// A part of a model that has a learning rate of its own.
///
/// The part is given as a key path, or as a closure that visits it, never by names: what is renamed stays in its group.
public struct ParameterGroup<Model: Module>: Sendable {
    /// The name of the group, for messages and reports.
    public let name: String
    /// What the learning rate of the group's parameters is multiplied by.
    public let learningRateFactor: Float
    /// Whether there may be models without any parameter of this group.
    public let isOptional: Bool
    let visit: @Sendable (inout Model, inout ParameterMarker) -> Void

    /// The parameters that a closure visits: whatever a key path does not reach, such as a part behind a protocol, the
    /// payload of an enumeration, or several parts.
    ///
    /// ```swift
    /// import DMLayers
    /// import DMOptimizers
    ///
    /// let group = ParameterGroup<DeepLabV3Plus>("encoder and decoder", learningRateFactor: 0.1) { model, visitor in
    ///     visitor.visit(&model.encoder, "encoder")
    ///     visitor.visit(&model.decoder, "decoder")
    /// }
    /// ```
    ///
    /// The type of the model has to be written out, as here, for Swift to open a part behind a protocol.
    ///
    /// - Parameters:
    ///   - name: What messages call the group.
    ///   - learningRateFactor: What the learning rate is multiplied by, at least 0.
    ///   - isOptional: Whether there may be models without any parameter of this group, as where a head has several kinds.
    ///   - visit: Visits parts of the model that it is handed. A part that has to be taken out for the visit, such as the
    ///     payload of an enumeration, has to be put back. The names that it gives do not matter.
    public init(
        _ name: String, learningRateFactor: Float, isOptional: Bool = false,
        visit: @escaping @Sendable (inout Model, inout ParameterMarker) -> Void
    ) {
        self.name = name
        self.learningRateFactor = learningRateFactor
        self.isOptional = isOptional
        self.visit = visit
    }

    /// The parameters of one child.
    ///
    /// - Parameters:
    ///   - name: What messages call the group.
    ///   - learningRateFactor: What the learning rate is multiplied by, at least 0.
    ///   - part: Where the child is.
    public init<Part: Module>(_ name: String, learningRateFactor: Float, _ part: any WritableKeyPath<Model, Part> & Sendable) {
        self.init(name, learningRateFactor: learningRateFactor) { $1.visit(&$0[keyPath: part], "") }
    }

    /// One parameter.
    ///
    /// - Parameters:
    ///   - name: What messages call the group.
    ///   - learningRateFactor: What the learning rate is multiplied by, at least 0.
    ///   - parameter: Where the parameter is.
    public init(_ name: String, learningRateFactor: Float, _ parameter: any WritableKeyPath<Model, Parameter> & Sendable) {
        self.init(name, learningRateFactor: learningRateFactor) { $1.visit(&$0[keyPath: parameter], "") }
    }
}

/// The learning-rate factor of every parameter of a model.
///
/// ```swift
/// import DMLayers
/// import DMOptimizers
///
/// /// Trains an encoder that others have trained before with a tenth of the decoder's learning rate.
/// func groups(of model: DeepLabV3Plus) -> ParameterGroups {
///     let encoder = ParameterGroup<DeepLabV3Plus>("encoder", learningRateFactor: 0.1) { model, visitor in
///         visitor.visit(&model.encoder, "encoder")
///     }
///     return ParameterGroups(of: model, [encoder])
/// }
/// ```
///
/// Groups fit the models that have the same parameters as the one that they were made of; with another they stop.
public struct ParameterGroups: Sendable, Equatable {
    /// The dotted names of all parameters, in the order of visiting.
    public let names: [String]
    /// The factor of the parameters that are in no group.
    public let remainingFactor: Float
    private let shapes: [[Int]]
    /// The name and the factor of each group.
    private let groups: [Group]
    /// The place in `groups` of each parameter that is in one.
    private let groupOfName: [String: Int?]

    private struct Group: Sendable, Equatable {
        let name: String
        let factor: Float
    }

    /// The groups of a model's parameters.
    ///
    /// - Parameters:
    ///   - model: A model, whose values do not matter.
    ///   - groups: Parts of the model that do not overlap, under different names.
    ///   - remainingFactor: What the learning rate of parameters in no group is multiplied by, at least 0.
    /// - Precondition: No parameter is in two groups, and every group that is not optional has one.
    public init<Model: Module>(of model: Model, _ groups: [ParameterGroup<Model>], remainingFactor: Float = 1) {
        let parameters = model.parameters
        // All groups mark one copy of the model, each at its own place of every parameter that it visits.
        var marked = model
        marked.updateParameters { value, _, _ in value = Tensor(repeating: 0, shape: [groups.count]) }
        for (place, group) in groups.enumerated() {
            require(!groups[..<place].contains { $0.name == group.name }, "two parameter groups have the name '\(group.name)'")
            var marker = ParameterMarker(group: place)
            group.visit(&marked, &marker)
        }
        var groupOfName: [String: Int?] = [:]
        var isEmpty = groups.map { _ in true }
        for (name, marks) in marked.parameters {
            let places = groups.indices.filter { marks.scalars[$0] > 0 }
            if places.count > 1 {
                require(
                    false, "the parameter groups '\(groups[places[0]].name)' and '\(groups[places[1]].name)' overlap: both have \(name)")
            }
            for place in places { isEmpty[place] = false }
            groupOfName[name] = .some(places.first)
        }
        for (group, isEmpty) in zip(groups, isEmpty) {
            require(!isEmpty || group.isOptional, "the parameter group '\(group.name)' is empty")
        }
        names = parameters.names
        shapes = parameters.values.map(\.shape)
        self.groups = groups.map { Group(name: $0.name, factor: $0.learningRateFactor) }
        self.groupOfName = groupOfName
        self.remainingFactor = remainingFactor
    }

    /// What the learning rate of a parameter is multiplied by.
    ///
    /// - Parameter name: The dotted name of a parameter of the model; another stops the program.
    public func learningRateFactor(of name: String) -> Float {
        place(of: name).map { groups[$0].factor } ?? remainingFactor
    }

    /// The name of the group that a parameter is in, nil where it is in none.
    ///
    /// - Parameter name: The dotted name of a parameter of the model; another stops the program.
    public func group(of name: String) -> String? { place(of: name).map { groups[$0].name } }

    private func place(of name: String) -> Int? {
        guard let place = groupOfName[name] else {
            require(false, "the parameter groups are of another module: there is no '\(name)' among \(names.count) parameters")
            return nil
        }
        return place
    }

    /// Stops where values, such as gradients, are not those of the model's parameters.
    func checkParameters(_ values: ParameterValues) {
        for (index, (name, shape)) in zip(names, shapes).enumerated() {
            checkFit(values, at: index, name, shape, "the parameter groups are")
        }
        checkEnd(values, at: names.count, "the parameter groups are")
    }
}

/// Visits the parameters of a ``ParameterGroup``.
public struct ParameterMarker: ParameterVisitor {
    /// The names of the modules that the walk is inside of.
    public var path: [String] = []

    let group: Int

    init(group: Int) { self.group = group }

    /// Marks a parameter as one of the group.
    public mutating func reach(_ parameter: inout Parameter, at name: String) {
        var marks = parameter.value.scalars
        marks[group] = 1
        parameter.value = Tensor(marks)
    }
}
