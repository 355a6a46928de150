import Foundation

/// The kinds of image files that can be read.
enum ImageFormat {
    case png
    case jpeg

    /// The format that a file's first bytes announce; nil if it is neither.
    init?(ofFileAt path: String) throws(ImageFileError) {
        let start: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { handle.closeFile() }
            start = try handle.read(upToCount: 8) ?? Data()
        } catch {
            throw ImageFileError(path: path, expected: "a PNG or JPEG image", found: Self.obstacle(at: path))
        }
        if start.isEmpty { throw ImageFileError(path: path, expected: "a PNG or JPEG image", found: "an empty file") }
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if start.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else {
            return nil
        }
    }

    /// Why a file cannot be opened, in words.
    private static func obstacle(at path: String) -> String {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return "no file" }
        return isDirectory.boolValue ? "a directory" : "a file that cannot be read"
    }
}
