/// What walks through a module: one walk serves tracking, updating, loading, saving and averaging.
public protocol ParameterVisitor {
    /// The names of the modules that the walk is inside of.
    var path: [String] { get set }
    /// Is shown a parameter and its dotted name.
    mutating func reach(_ parameter: inout Parameter, at name: String)
    /// Is shown running statistics and their dotted name.
    mutating func reach(_ statistics: inout RunningStatistics, at name: String)
}

extension ParameterVisitor {
    /// Visits a parameter of the current module.
    public mutating func visit(_ parameter: inout Parameter, _ name: String) {
        reach(&parameter, at: dotted(name))
    }

    /// Visits a parameter that the current module may be without.
    public mutating func visit(_ parameter: inout Parameter?, _ name: String) {
        guard var present = parameter else { return }
        parameter = nil
        visit(&present, name)
        parameter = present
    }

    /// Visits running statistics of the current module.
    public mutating func visit(_ statistics: inout RunningStatistics, _ name: String) {
        reach(&statistics, at: dotted(name))
    }

    /// Visits a child of the current module.
    public mutating func visit(_ child: inout some Module, _ name: String) {
        path.append(name)
        child.visitParameters(&self)
        path.removeLast()
    }

    /// Visits a child that the current module may be without.
    public mutating func visit<M: Module>(_ child: inout M?, _ name: String) {
        guard var present = child else { return }
        child = nil
        visit(&present, name)
        child = present
    }

    /// Visits children of the current module, named by their place.
    public mutating func visit(_ children: inout [some Module], _ name: String) {
        path.append(name)
        for i in children.indices { visit(&children[i], "\(i)") }
        path.removeLast()
    }

    /// Running statistics are passed by unless a visitor asks for them.
    public mutating func reach(_ statistics: inout RunningStatistics, at name: String) {}

    private func dotted(_ name: String) -> String { (path + [name]).joined(separator: ".") }
}
