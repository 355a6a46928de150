package import DMTensors

/// Something that is wrong with a data set, and where.
///
/// Reading a sample throws one; ``DatasetCheck`` collects all of them.
public struct DatasetError: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The file or folder concerned, `list:line` for a line of a list, or the identifier of a sample outside files.
    public var path: String
    /// What sort of error it is.
    public var kind: Kind
    /// What was expected and what was found, in one line.
    public var message: String

    /// An error.
    public init(path: String, kind: Kind, message: String) {
        self.path = path
        self.kind = kind
        self.message = message
    }

    /// A sort of error.
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
        /// A sample belongs to two parts that must be apart.
        case overlap
        /// A list names a sample that the data set does not have.
        case unknownSample
        /// A file of settings, lists or annotations is not of its form.
        case malformed
    }

    /// The path and the message.
    public var description: String { "\(path.visible): \(message)" }

    /// What is wrong with the sizes of an image and its labels; nil where they agree.
    package init?(sizesOf image: Tensor<UInt8>, and labels: Tensor<UInt8>, path: String) {
        guard labels.shape != Array(image.shape.prefix(2)) else { return nil }
        func size(_ shape: [Int]) -> String { shape.count >= 2 ? "\(shape[1]) x \(shape[0])" : "the shape \(shape)" }
        self.init(
            path: path, kind: .sizesDiffer, message: "expected the size of its image, \(size(image.shape)), found \(size(labels.shape))")
    }
}

/// Several errors of a data set, found at once.
public struct DatasetErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// At least one.
    public let errors: [DatasetError]

    /// The errors of one search.
    public init(_ errors: [DatasetError]) { self.errors = errors }

    /// The first ten, and how many there are.
    public var description: String {
        let shown = errors.prefix(10).map(\.description)
        let more = errors.count > shown.count ? ["... \(errors.count) faults in all; 'diffmatch verify' lists them"] : []
        return (shown + more).joined(separator: "\n")
    }
}

extension Sequence<String> {
    /// The first names of what may be hundreds, as a message lists them, and how many more there are.
    ///
    /// - Parameter others: What the others are called.
    package func listed(others: String = "more") -> String {
        let names = Array(self)
        return names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " and \(names.count - 12) \(others)" : "")
    }
}
