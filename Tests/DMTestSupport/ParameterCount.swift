package import DMLayers
import DMTensors

/// How many parameters and running statistics there are, by what is looked at.
package struct ParameterCount: Equatable {
    package var parameters = 0
    package var statistics = 0

    /// Those that a value holds anywhere inside of it, found without its help.
    package init(inside value: Any) { add(inside: value) }

    /// Those that a module shows to its visitors.
    package init(visitedIn module: some Module) {
        var module = module
        var visitor = CountingVisitor()
        module.visitParameters(&visitor)
        (parameters, statistics) = (visitor.parameters, visitor.statistics)
    }

    private mutating func add(inside value: Any) {
        if value is Parameter {
            parameters += 1
        } else if value is RunningStatistics {
            statistics += 1
        } else {
            for child in Mirror(reflecting: value).children { add(inside: child.value) }
        }
    }
}

private struct CountingVisitor: ParameterVisitor {
    var path: [String] = []
    var parameters = 0
    var statistics = 0

    mutating func reach(_ parameter: inout Parameter, at name: String) { parameters += 1 }
    mutating func reach(_ running: inout RunningStatistics, at name: String) { statistics += 1 }
}
