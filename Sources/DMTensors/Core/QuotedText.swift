/// Texts of files in messages: in one line, and without characters that would move a terminal's cursor or hide what follows.
extension StringProtocol {
    /// The beginning of the text, as a message quotes it.
    package var quoted: String { quoted(upTo: 60) }

    /// The text as a message quotes the name of an array or an entry, which may be long.
    package var quotedName: String { quoted(upTo: 200) }

    /// The whole text, as a message shows a path.
    package var visible: String { quoted(upTo: .max) }

    /// As many characters of the text, those that are not visible as escapes, and dots where it goes on.
    package func quoted(upTo limit: Int) -> String {
        let start = unicodeScalars.prefix(limit)
        let visible = start.map { scalar -> String in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }.joined()
        return visible + (start.endIndex < endIndex ? "..." : "")
    }
}
