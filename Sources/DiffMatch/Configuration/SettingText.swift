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

    /// The value of a `--set key=value` option: a list where it stands in brackets.
    init(commandLine text: String) {
        if text.isEmpty || text == "null" {
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
        case .scalar(let text): "'\(text)'"
        case .list(let items): "[\(items.joined(separator: ", "))]"
        case .section: "a section of keys"
        }
    }
}
