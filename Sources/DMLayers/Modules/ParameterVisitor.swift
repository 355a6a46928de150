/// Walks through a module and may change what it is shown.
///
/// What only reads is a ``ParameterReader``.
public protocol ParameterVisitor {
    /// Whether the visitor changes parameters; what a visitor that does not does to a value is lost.
    static var isReadOnly: Bool { get }
    /// The names of the modules that the walk is inside of.
    var path: [String] { get set }
    /// Is shown a parameter and its dotted name.
    mutating func reach(_ parameter: inout Parameter, at name: String)
    /// Is shown running statistics and their dotted name.
    mutating func reach(_ statistics: inout RunningStatistics, at name: String)
}

extension ParameterVisitor {
    /// Visitors may change parameters unless they say otherwise.
    public static var isReadOnly: Bool { false }

    /// Visits a parameter of the current module.
    public mutating func visit(_ parameter: inout Parameter, _ name: String) {
        reach(&parameter, at: dotted(name))
    }

    /// Visits an optional parameter of the current module.
    public mutating func visit(_ parameter: inout Parameter?, _ name: String) {
        if parameter != nil { visit(&parameter!, name) }
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

    /// Visits an optional child of the current module.
    public mutating func visit<M: Module>(_ child: inout M?, _ name: String) {
        if child != nil { visit(&child!, name) }
    }

    /// Visits children of the current module, which are called `name.0`, `name.1` and so on.
    public mutating func visit(_ children: inout [some Module], _ name: String) {
        path.append(name)
        for i in children.indices {
            // Reading in place would copy an array that somebody else holds too.
            if Self.isReadOnly {
                var child = children[i]
                visit(&child, "\(i)")
            } else {
                visit(&children[i], "\(i)")
            }
        }
        path.removeLast()
    }

    /// Running statistics are passed over unless a visitor asks for them.
    public mutating func reach(_ statistics: inout RunningStatistics, at name: String) {}

    private func dotted(_ name: String) -> String { path.isEmpty ? name : (path + [name]).joined(separator: ".") }
}

/// Reads the parameters of a module, which stays as it is.
///
/// ```swift
/// struct Largest: ParameterReader {
///     var name = ""
///     var count = 0
///
///     mutating func read(_ parameter: Parameter, at name: String) {
///         if parameter.value.count > count { (self.name, count) = (name, parameter.value.count) }
///     }
/// }
///
/// var random = RandomSource(seed: 1)
/// var largest = Largest()
/// ResNet(.resNet18, random: &random).readParameters(&largest)
/// print(largest.name, largest.count)     // layer4.0.conv2.weight 2359296
/// ```
public protocol ParameterReader {
    /// Is shown a parameter and its dotted name.
    mutating func read(_ parameter: Parameter, at name: String)
    /// Is shown running statistics and their dotted name.
    mutating func read(_ statistics: RunningStatistics, at name: String)
}

extension ParameterReader {
    /// Running statistics are passed over unless a reader asks for them.
    public mutating func read(_ statistics: RunningStatistics, at name: String) {}
}

extension Module {
    /// Shows `reader` every parameter and all running statistics, in the order of ``visitParameters(_:)``.
    ///
    /// No tensor is copied.
    public func readParameters(_ reader: inout some ParameterReader) {
        // A copy shares all tensors with the module, and nothing writes to it.
        var copy = self
        var walk = ReadingWalk(reader: reader)
        copy.visitParameters(&walk)
        reader = walk.reader
    }
}

private struct ReadingWalk<Reader: ParameterReader>: ParameterVisitor {
    static var isReadOnly: Bool { true }
    var path: [String] = []
    var reader: Reader

    init(reader: Reader) { self.reader = reader }

    mutating func reach(_ parameter: inout Parameter, at name: String) { reader.read(parameter, at: name) }
    mutating func reach(_ statistics: inout RunningStatistics, at name: String) { reader.read(statistics, at: name) }
}
