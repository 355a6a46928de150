/// Something that is wrong with a data set's files, and where.
///
/// Reading a sample throws one; a check of a whole data set collects all of them.
public struct DatasetError: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The file or folder concerned; `list:line` for a line of a list.
    public var path: String
    /// What sort of fault it is.
    public var kind: Kind
    /// What was expected and what was found, in one line.
    public var message: String

    /// A fault.
    public init(path: String, kind: Kind, message: String) {
        self.path = path
        self.kind = kind
        self.message = message
    }

    /// A sort of fault.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A file or folder that the layout needs is not there.
        case missing
        /// A labeled image has no mask.
        case missingMask
        /// A mask has no image.
        case missingImage
        /// A file cannot be read as what it should be.
        case unreadable
        /// Image and mask do not have the same size.
        case sizesDiffer
        /// A mask has a number that is no class.
        case badLabel
        /// A mask is stored in colors that do not tell its classes.
        case coloredMask
        /// Two files, or two lines, stand for one sample.
        case duplicate
        /// A sample stands in two parts that have to be apart.
        case overlap
        /// A list names a sample that the data set does not have.
        case unknownSample
        /// A file of settings, lists or annotations is not of its form.
        case malformed
    }

    /// The path and the message.
    public var description: String { "\(path): \(message)" }
}

/// Several faults of a data set, found at once.
public struct DatasetErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// At least one.
    public let faults: [DatasetError]

    /// The faults of one search.
    public init(_ faults: [DatasetError]) { self.faults = faults }

    /// The first ten, and how many there are.
    public var description: String {
        let shown = faults.prefix(10).map(\.description)
        let more = faults.count > shown.count ? ["... \(faults.count) faults in all; 'diffmatch verify' lists them"] : []
        return (shown + more).joined(separator: "\n")
    }
}
