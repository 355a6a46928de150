/// What an import of weights did, tensor by tensor.
public struct WeightReport: Sendable, Equatable, CustomStringConvertible {
    /// A tensor whose shape is not its parameter's.
    public struct Misshapen: Sendable, Equatable {
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
    public internal(set) var mismatchedShapes: [Misshapen] = []

    /// Whether every tensor of the module took over a value.
    public var isComplete: Bool { missing.isEmpty && mismatchedShapes.isEmpty }

    /// Counts and the first names of what did not fit, line by line.
    public var description: String {
        let all = loaded.count + missing.count + mismatchedShapes.count
        let shapes = mismatchedShapes.map { "\($0.name) (expected \($0.expected), found \($0.found))" }
        let lines = [
            "loaded \(loaded.count) of \(all) tensors", line("missing", missing), line("of another shape", shapes),
            line("unexpected", unexpected),
        ]
        return lines.compactMap(\.self).joined(separator: "\n")
    }

    private func line(_ what: String, _ names: [String]) -> String? {
        if names.isEmpty { return nil }
        let shown = 6
        return "\(what): \(names.count): " + names.prefix(shown).joined(separator: ", ") + (names.count > shown ? ", ..." : "")
    }
}
