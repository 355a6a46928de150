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
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default:
                let isPlain = scalar.properties.generalCategory != .control && !scalar.properties.isWhitespace
                quoted += isPlain || scalar == " " ? String(scalar) : "\\U" + scalar.value.hexadecimal
            }
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
