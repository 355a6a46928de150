/// Why a report cannot be read or compared.
public enum ReportError: Error, Equatable, CustomStringConvertible {
    /// The file is no report.
    case malformed(path: String, reason: String)
    /// Two reports are on different classes.
    case classesDiffer(expected: [String], found: [String])

    /// The fault in words, in one line.
    public var description: String {
        switch self {
        case .malformed(let path, let reason): "'\(path)' is no report: \(reason)"
        case .classesDiffer(let expected, let found):
            "reports on different classes cannot be compared: expected \(expected.joined(separator: ", ")); "
                + "found \(found.joined(separator: ", "))"
        }
    }
}
