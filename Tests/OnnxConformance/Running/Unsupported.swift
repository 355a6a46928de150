/// Something that a model asks for and that is not there.
struct Unsupported: Error, CustomStringConvertible {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    var description: String { reason }
}

/// A model or its data that cannot be run, whoever runs it.
struct InvalidCase: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
