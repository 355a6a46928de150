/// Named tensors in a fixed order: the common currency of weights, gradients, moments, averages,
/// checkpoints and messages.
///
/// ```swift
/// var values = ParameterValues()
/// values.append("decoder.weight", Tensor(repeating: 0, shape: [64, 10]))
/// values["decoder.weight"]?.shape     // [64, 10]
/// ```
///
/// Names are dotted paths and unique.
public struct ParameterValues: Sendable {
    /// The names, in order.
    public private(set) var names: [String] = []
    /// The tensors, in the order of the names.
    public private(set) var values: [Tensor<Float>] = []
    private var positions: [ExactName: Int] = [:]

    /// No tensors.
    public init() {}

    /// The given tensors under the given names.
    ///
    /// - Parameter pairs: Name and tensor; no name occurs twice.
    public init(_ pairs: some Sequence<(name: String, value: Tensor<Float>)>) {
        for (name, value) in pairs { append(name, value) }
    }

    /// The number of tensors.
    public var count: Int { names.count }

    /// Adds a tensor at the end.
    ///
    /// - Precondition: The name is not taken.
    public mutating func append(_ name: String, _ value: Tensor<Float>) {
        require(positions[ExactName(name)] == nil, "two parameters have the name '\(name)'")
        positions[ExactName(name)] = count
        names.append(name)
        values.append(value)
    }

    /// Adds all of `other` at the end, its names behind a prefix.
    ///
    /// - Parameters:
    ///   - other: Tensors whose prefixed names are not taken.
    ///   - prefix: What is put before each name, such as `teacher.`.
    public mutating func append(_ other: ParameterValues, prefix: String = "") {
        for (name, value) in other { append(prefix + name, value) }
    }

    /// The tensors whose names begin with a prefix, under the rest of their names.
    public func removing(prefix: String) -> ParameterValues {
        ParameterValues(lazy.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.value) })
    }

    /// The tensor of a name, nil where there is none; setting changes or appends it.
    ///
    /// - Precondition: What is set is not nil.
    public subscript(name: String) -> Tensor<Float>? {
        get { positions[ExactName(name)].map { values[$0] } }
        set {
            guard let newValue else { fatalError("a parameter cannot be removed: '\(name)'") }
            if let position = positions[ExactName(name)] { values[position] = newValue } else { append(name, newValue) }
        }
    }

    /// The tensor at a position, changed in place.
    public subscript(position: Int) -> Tensor<Float> {
        get { values[position] }
        _modify { yield &values[position] }
    }

    /// The tensors under the same names, each changed by a function.
    public func mapValues(_ transform: (Tensor<Float>) -> Tensor<Float>) -> ParameterValues {
        var result = self
        for position in 0..<count { result.values[position] = transform(values[position]) }
        return result
    }
}

/// A name that equals another one where all bytes do.
///
/// Swift's texts are equal where they look alike: an accented letter, and a letter with an accent behind it. In files they
/// are two names.
package struct ExactName: Hashable, Sendable {
    /// The name.
    package let text: String

    /// The name of a text.
    package init(_ text: String) { self.text = text }

    /// Whether both have the same bytes in UTF-8.
    package static func == (x: ExactName, y: ExactName) -> Bool { x.text.utf8.elementsEqual(y.text.utf8) }

    /// Mixes the bytes into a hash.
    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension ParameterValues: Sequence {
    /// The names and tensors, in order.
    public func makeIterator() -> some IteratorProtocol<(name: String, value: Tensor<Float>)> {
        zip(names, values).lazy.map { (name: $0, value: $1) }.makeIterator()
    }
}

extension ParameterValues: Equatable {
    /// Whether names, order and tensors are equal.
    public static func == (x: ParameterValues, y: ParameterValues) -> Bool { x.names == y.names && x.values == y.values }
}
