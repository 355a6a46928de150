/// The JSON half of a checkpoint: its state, and what the file of its arrays must look like.
struct CheckpointManifest<State: Codable & Sendable>: Codable {
    /// The version of the files' form.
    var format: Int
    /// The number of training steps taken.
    var step: Int
    /// The file of the arrays.
    var arrays: ArraysFile
    /// All that is no array.
    var state: State

    /// Name, size and digest of a file, by which a damaged one is known.
    struct ArraysFile: Codable {
        var file: String
        var bytes: Int
        var sha256: String
    }
}

/// The part of every manifest that is read first: a later format may keep nothing else.
struct CheckpointFormat: Codable {
    var format: Int

    static let current = 1
}
