/// What became of one case.
public enum CaseOutcome: Sendable, Equatable, Codable {
    /// All results are as expected.
    case passed
    /// A result differs, or the case cannot be run; the reason.
    case failed(String)
    /// The library does not do what the case asks for; the reason.
    case unsupported(String)
}

/// One case, its operators and what became of it.
public struct CaseReport: Sendable, Equatable, Codable {
    /// The name of the case's folder.
    public let name: String
    /// The operators of its graph, each once, in their order; none where the model cannot be read.
    public let operators: [String]
    /// What became of it.
    public let outcome: CaseOutcome

    /// What the case is counted under: its operator, or that it has several.
    public var group: String { operators.count == 1 ? operators[0] : operators.isEmpty ? "(not run)" : "(several operators)" }
}
