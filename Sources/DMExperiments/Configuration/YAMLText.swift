import DMFormats
import DMTensors
import Yams

/// The document of a YAML text, of which only what settings need is accepted.
///
/// Anchors and aliases are not: a text of a kilobyte could stand for more nodes than there is memory.
enum YAMLText {
    /// The most bytes that a text may have: a hundred times what all settings take with their comments.
    static let maximumSize = 1 << 20

    /// The text of a file or of a stream, such as `/dev/stdin`.
    ///
    /// - Throws: ``ConfigurationError`` for what cannot be read, is too large, or is no text.
    static func read(_ file: String) throws(ConfigurationError) -> String {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileBytes.readStream(file, limit: maximumSize)
        } catch {
            throw ConfigurationError(.unreadable("cannot read the configuration: \(error.reason)"), at: .wholeFile(file))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(.unreadable("cannot read the configuration: it is not text in UTF-8"), at: .wholeFile(file))
        }
        return text
    }

    /// The root of the only document; nil where there is none.
    ///
    /// - Throws: ``ConfigurationError`` with the place of what is no YAML or not accepted.
    static func root(of yaml: String, file: String) throws(ConfigurationError) -> Node? {
        guard yaml.utf8.count <= maximumSize else {
            throw ConfigurationError(
                .unreadable("cannot read the configuration: it has \(yaml.utf8.count) bytes; at most \(maximumSize) are read"),
                at: .wholeFile(file))
        }
        if let found = firstReference(in: yaml) {
            throw ConfigurationError(
                .syntax(
                    "anchors (&), aliases (*) and merge keys (<<) are not read, here '\(shortened(found.text))': write the values out"),
                at: .file(file, line: found.line, column: found.column))
        }
        do {
            var documents = try Yams.compose_all(yaml: yaml)
            let root = documents.next()
            // Behind an error there is no document to ask for.
            if let error = documents.error { throw error }
            if let second = documents.next() {
                throw ConfigurationError(
                    .syntax("a second document begins here; a configuration is one"),
                    at: second.mark?.place(in: file) ?? .wholeFile(file))
            }
            if let error = documents.error { throw error }
            return root
        } catch let error as ConfigurationError {
            throw error
        } catch let YamlError.scanner(_, problem, mark, _) {
            throw ConfigurationError(.syntax(problem), at: mark.place(in: file))
        } catch let YamlError.parser(_, problem, mark, _) {
            throw ConfigurationError(.syntax(problem), at: mark.place(in: file))
        } catch let YamlError.composer(_, problem, mark, _) {
            throw ConfigurationError(.syntax(problem), at: mark.place(in: file))
        } catch let YamlError.duplicatedKeysInMapping(duplicates, context) {
            throw ConfigurationError(
                .syntax("the key '\(shortened(duplicates.first ?? ""))' is given more than once"), at: context.mark.place(in: file))
        } catch {
            throw ConfigurationError(.syntax(shortened("\(error)", to: 200)), at: .wholeFile(file))
        }
    }

    /// The first anchor, alias or merge key outside comments.
    ///
    /// Quotes are not understood here, so that none can hide an anchor: what only looks like one inside them is found too.
    private static func firstReference(in yaml: String) -> (text: String, line: Int, column: Int)? {
        for (number, line) in yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let scalars = Array(line.unicodeScalars)
            let comment = scalars.indices.first { scalars[$0] == "#" && ($0 == 0 || scalars[$0 - 1].properties.isWhitespace) }
            let end = scalars.count
            guard
                let found = firstReference(in: scalars, from: 0, to: comment ?? end)
                    ?? comment.flatMap({ start in
                        // A quote makes doubtful whether this is a comment.
                        scalars.contains("\"") || scalars.contains("'") ? firstReference(in: scalars, from: start, to: end) : nil
                    })
            else { continue }
            return (String(String.UnicodeScalarView(scalars[found...].prefix { !$0.properties.isWhitespace })), number + 1, found + 1)
        }
        return nil
    }

    private static func firstReference(in line: [Unicode.Scalar], from start: Int, to end: Int) -> Int? {
        (start..<end).first { index in
            let next = index + 1 < line.count ? line[index + 1] : " "
            let begins = index == 0 || line[index - 1].properties.isWhitespace || "[{,:".unicodeScalars.contains(line[index - 1])
            let isReference = (line[index] == "&" || line[index] == "*") && !next.properties.isWhitespace
            return begins && (isReference || line[index] == "<" && next == "<")
        }
    }
}

/// The beginning of a text that somebody else wrote, as a message shows it.
func shortened(_ text: String, to count: Int = 60) -> String {
    let total = text.unicodeScalars.count
    return total <= count ? text.visible : "\(text.quoted(upTo: count)) (\(total) characters)"
}

extension Mark {
    func place(in file: String) -> ConfigurationError.Place { .file(file, line: line, column: column) }
}
