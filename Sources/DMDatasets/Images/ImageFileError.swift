/// Why an image file could not be read or written.
public struct ImageFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What was asked for, for example "a palette or gray PNG image".
    public let expected: String
    /// What was there instead, for example "the file does not exist".
    public let found: String

    /// The error of a file.
    public init(path: String, expected: String, found: String) {
        self.path = path
        self.expected = expected
        self.found = found
    }

    /// One sentence with the file, what was expected and what was found.
    public var description: String { "\(path): expected \(expected), found \(found)" }
}
