/// What is wrong with a configuration file or a `--set` option, and where it is.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where the fault is.
    public let place: Place
    /// The dotted path of the key concerned, such as `debias.strength`, where there is one.
    public let key: String?
    /// What the fault is.
    public let reason: Reason

    init(_ reason: Reason, key: String? = nil, at place: Place) {
        self.place = place
        self.key = key
        self.reason = reason
    }

    /// Where a setting was given.
    public enum Place: Equatable, Sendable, CustomStringConvertible {
        /// In a file.
        case file(String, line: Int, column: Int)
        /// In a file as a whole.
        case wholeFile(String)
        /// On the command line.
        case commandLine
        /// In the program: the values were changed in code.
        case program

        /// `file:line:column`, or where else the setting was given.
        public var description: String {
            switch self {
            case .file(let name, let line, let column): "\(name):\(line):\(column)"
            case .wholeFile(let name): name
            case .commandLine: "--set"
            case .program: "configuration"
            }
        }
    }

    /// A kind of fault.
    public enum Reason: Equatable, Sendable {
        /// No setting has this key.
        case unknownKey(nearest: String)
        /// An earlier version had a setting of this key; it has another key today.
        case renamedKey(to: String)
        /// The value is of the wrong type or out of range.
        case badValue(expected: String, found: String)
        /// The value is fine by itself and contradicts another.
        case contradiction(String)
        /// Not of the form that YAML, or `key=value`, prescribes.
        case syntax(String)
        /// The file cannot be read.
        case unreadable(String)
    }

    /// Place, key, what was expected and what was found, in one line.
    public var description: String {
        let path = shortened(key ?? "")
        return switch reason {
        case .unknownKey(let nearest): "\(place): unknown key '\(path)'; the nearest valid key is '\(nearest)'"
        case .renamedKey(let today): "\(place): unknown key '\(path)'; it is now '\(today)'"
        case .badValue(let expected, let found): "\(place): \(path): expected \(expected), found \(found)"
        case .contradiction(let message): "\(place): \(path): \(message)"
        case .syntax(let message), .unreadable(let message): "\(place): \(message)"
        }
    }
}
