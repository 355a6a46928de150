/// One key of the configuration: its name, meaning and range, and how it is read and changed.
///
/// Reading, `--set`, the list of keys, the reference in `docs/configuration.md` and the comments of a written
/// configuration all follow from these.
public struct Setting: Sendable {
    /// The dotted path, such as `debias.strength`.
    public let key: String
    /// What it decides, in one line.
    public let documentation: String
    /// What it accepts, such as "a number in 0...2".
    public let expectation: String
    /// Whether a run's result depends on it. One that does not, such as a folder or the number of threads, may change when
    /// a run is resumed.
    public let affectsResults: Bool
    /// The value that a configuration has for it, in YAML.
    public let value: @Sendable (Configuration) -> String
    /// Changes a configuration; false where the text is not accepted.
    let change: @Sendable (inout Configuration, SettingText) -> Bool

    fileprivate init<Section>(
        _ row: SettingRow<Section>, in section: String, _ path: any WritableKeyPath<Configuration, Section> & Sendable
    ) {
        key = section.isEmpty ? row.name : "\(section).\(row.name)"
        documentation = row.documentation
        expectation = row.expectation
        affectsResults = row.affectsResults
        value = { row.value($0[keyPath: path]) }
        change = { configuration, text in row.change(&configuration[keyPath: path], text) }
    }

    /// The section that the key belongs to, empty for those outside any.
    public var section: String { key.contains(".") ? String(key.prefix { $0 != "." }) : "" }

    /// The key without its section.
    public var name: String { section.isEmpty ? key : String(key.dropFirst(section.count + 1)) }
}

/// Settings that stand together in a file, under one name.
public struct SettingSection: Sendable {
    /// The name, such as `debias`.
    public let name: String
    /// What the section is about, in one line.
    public let documentation: String
    /// The settings, in the order in which a file is written.
    public let settings: [Setting]

    /// The settings that a table makes of one of the configuration's properties.
    init<Section>(
        _ name: String, _ path: any WritableKeyPath<Configuration, Section> & Sendable, _ documentation: String,
        _ table: [SettingRow<Section>]
    ) {
        self.name = name
        self.documentation = documentation
        settings = table.map { Setting($0, in: name, path) }
    }
}

/// A row of a section's table: a property with its key, type, range and meaning.
struct SettingRow<Section>: Sendable {
    fileprivate let name: String
    fileprivate let documentation: String
    fileprivate let expectation: String
    fileprivate let affectsResults: Bool
    fileprivate let value: @Sendable (Section) -> String
    fileprivate let change: @Sendable (inout Section, SettingText) -> Bool

    /// - Parameters:
    ///   - name: The key without its section.
    ///   - path: The property.
    ///   - kind: What it accepts.
    ///   - documentation: What it decides, in one line.
    ///   - affectsResults: Whether a run's result depends on it.
    init<Value>(
        _ name: String, _ path: any WritableKeyPath<Section, Value> & Sendable, _ kind: SettingKind<Value>, _ documentation: String,
        affectsResults: Bool = true
    ) {
        self.name = name
        self.documentation = documentation
        self.affectsResults = affectsResults
        expectation = kind.expectation
        value = { kind.format($0[keyPath: path]) }
        change = { section, text in
            guard let value = kind.parse(text) else { return false }
            section[keyPath: path] = value
            return true
        }
    }
}

/// A setting's value as somebody wrote it, before its type is known.
enum SettingText {
    /// Nothing, or YAML's null.
    case null
    /// One word, number or text.
    case scalar(String)
    /// Several of them in brackets.
    case list([String])
    /// Keys with values.
    case section

    /// The spellings of null in YAML.
    static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]

    /// The value of a `--set key=value` option: a list where it stands in brackets.
    init(commandLine text: String) {
        if Self.nulls.contains(text) {
            self = .null
        } else if text.hasPrefix("["), text.hasSuffix("]") {
            let inside = text.dropFirst().dropLast()
            let items = inside.allSatisfy { $0 == " " } ? [] : inside.split(separator: ",", omittingEmptySubsequences: false)
            self = .list(items.map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) })
        } else {
            self = .scalar(text)
        }
    }

    /// The value as an error message shows it.
    var found: String {
        switch self {
        case .null: "nothing"
        case .scalar(let text): "'\(shortened(text))'"
        case .list(let items): shortened("[\(items.joined(separator: ", "))]")
        case .section: "a section of keys"
        }
    }
}

/// The type of a setting: what it accepts, how it is read and how it is written.
struct SettingKind<Value>: Sendable {
    /// What is accepted, as it follows the word "expected".
    let expectation: String
    /// The value of a text, nil where the text is not accepted.
    let parse: @Sendable (SettingText) -> Value?
    /// The value in YAML.
    let format: @Sendable (Value) -> String
}

extension SettingKind where Value: FixedWidthInteger & Sendable {
    /// A whole number within a range.
    static func integer(in range: ClosedRange<Value>) -> Self {
        let bounds = range.upperBound == .max ? "from \(range.lowerBound)" : "in \(range.lowerBound)...\(range.upperBound)"
        return Self(expectation: "a whole number \(bounds)") {
            guard case .scalar(let text) = $0, let value = Value(text), range.contains(value) else { return nil }
            return value
        } format: {
            $0.description
        }
    }
}

extension SettingKind where Value == Double {
    /// A finite number within a range.
    static func real(in range: ClosedRange<Double>) -> Self {
        Self(expectation: "a number in \(range.lowerBound.short)...\(range.upperBound.short)") {
            guard case .scalar(let text) = $0, let value = Double(text), range.contains(value) else { return nil }
            return value
        } format: {
            $0.short
        }
    }

    /// A share in (0, 1], written `1/16` or `0.0625`.
    static var fraction: Self {
        Self(expectation: "a fraction such as 1/16 or 0.0625, above 0 and up to 1") {
            guard case .scalar(let text) = $0 else { return nil }
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
            let value: Double? =
                switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
                case (1, let value, _): value
                case (2, let numerator?, let denominator?) where denominator > 0: numerator / denominator
                default: nil
                }
            guard let value, value > 0, value <= 1 else { return nil }
            return value
        } format: {
            let denominator = (1 / $0).rounded()
            return $0 < 1 && 1 / denominator == $0 ? "1/\(denominator.short)" : $0.short
        }
    }
}

extension SettingKind where Value == ClosedRange<Double> {
    /// A lower and an upper bound, `[low, high]`.
    static func bounds(in range: ClosedRange<Double>) -> Self {
        Self(expectation: "two rising numbers [low, high] in \(range.lowerBound.short)...\(range.upperBound.short)") {
            guard case .list(let items) = $0, items.count == 2, let low = Double(items[0]), let high = Double(items[1]),
                low <= high, range.contains(low), range.contains(high)
            else { return nil }
            return low...high
        } format: {
            "[\($0.lowerBound.short), \($0.upperBound.short)]"
        }
    }
}

extension SettingKind where Value == [Int] {
    /// Some whole numbers, `[a, b, ...]`.
    static func integers(in range: ClosedRange<Int>, orNone acceptsNone: Bool = false) -> Self {
        let list = acceptsNone ? "a list, [] for none, of" : "a list of"
        return Self(expectation: "\(list) whole numbers in \(range.lowerBound)...\(range.upperBound)") {
            guard case .list(let items) = $0, acceptsNone || !items.isEmpty else { return nil }
            let values = items.compactMap { Int($0) }.filter(range.contains)
            return values.count == items.count ? values : nil
        } format: {
            "[\($0.map(\.description).joined(separator: ", "))]"
        }
    }
}

extension SettingKind where Value == String? {
    /// A text, or nothing.
    static var optionalText: Self {
        Self(expectation: "a text or null") {
            switch $0 {
            case .null: .some(nil)
            case .scalar(let text): text
            case .list, .section: nil
            }
        } format: {
            $0.map(\.yamlQuoted) ?? "null"
        }
    }
}

extension SettingKind where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
    /// One of the members of an enumeration.
    static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        return Self(expectation: (names.count == 1 ? "" : "one of ") + names.joined(separator: ", ")) {
            guard case .scalar(let text) = $0 else { return nil }
            return Value(rawValue: text)
        } format: {
            $0.rawValue
        }
    }
}

extension SettingKind where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == Int {
    /// One of the members of an enumeration of whole numbers.
    static var choice: Self {
        Self(expectation: "one of " + Value.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")) {
            guard case .scalar(let text) = $0, let number = Int(text) else { return nil }
            return Value(rawValue: number)
        } format: {
            "\($0.rawValue)"
        }
    }
}

extension SettingKind {
    /// A value of another kind, or nothing.
    static func optional<Wrapped>(_ kind: SettingKind<Wrapped>) -> Self where Value == Wrapped? {
        Self(expectation: kind.expectation + " or null") {
            if case .null = $0 { .some(nil) } else { kind.parse($0).map(Optional.some) }
        } format: {
            $0.map(kind.format) ?? "null"
        }
    }
}

extension Double {
    /// The shortest text that reads back as this number, whole numbers without a decimal point.
    fileprivate var short: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension String {
    /// The text in YAML's double quotes.
    fileprivate var yamlQuoted: String {
        var quoted = "\""
        var previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            // What would look like an anchor, an alias or a merge key is refused, in quotes too.
            let beginsWord = previous.map { " [{,:".unicodeScalars.contains($0) } ?? false
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "&" where beginsWord, "*" where beginsWord, "<" where beginsWord: quoted += "\\U" + scalar.value.hexadecimal
            default:
                let isPlain =
                    ![.control, .format, .unassigned].contains(scalar.properties.generalCategory) && !scalar.properties.isWhitespace
                quoted += isPlain || scalar == " " ? String(scalar) : "\\U" + scalar.value.hexadecimal
            }
            previous = scalar
        }
        return quoted + "\""
    }
}

extension UInt32 {
    /// Eight hexadecimal digits.
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
