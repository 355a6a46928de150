import Foundation

/// Folders of files.
package enum FileFolder {
    /// Makes a folder, and those that it lies in, where they are missing.
    ///
    /// - Throws: ``FileError`` where the system refuses.
    package static func create(at path: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError(operation: "create", path: path, reason: error.localizedDescription)
        }
    }
}
