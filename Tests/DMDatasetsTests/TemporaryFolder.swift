import Foundation

/// Calls `body` with the path of a new folder, which is removed afterward.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let result = Result { try body(folder.path) }
    try FileManager.default.removeItem(at: folder)
    return try result.get()
}
