import Foundation
import Glibc

/// Folders and files, as the checks make and compare them.
enum FileTree {
    /// Gives a new folder to the body and removes it afterwards.
    static func withScratch<Result>(_ body: (String) throws -> Result) throws -> Result {
        // The real path: the calls of a program are told apart by it.
        var template = Array("\(NSTemporaryDirectory())/diffmatch-reliability-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, let real = realpath(template, nil) else { throw POSIXFailure(call: "create a temporary folder") }
        let folder = String(cString: real)
        free(real)
        defer { remove(folder) }
        return try body(folder)
    }

    /// Removes whatever is at a path, also where folders deny it.
    static func remove(_ path: String) {
        guard exists(path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            for folder in [""] + files(below: path, folders: true) { chmod("\(path)/\(folder)", 0o755) }
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// Copies a folder in place of what is there.
    static func copy(_ source: String, to target: String) throws {
        remove(target)
        try FileManager.default.copyItem(atPath: source, toPath: target)
    }

    /// Creates a folder and those above it.
    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Writes a file in place of what is there, and the folders above it; returns the path.
    @discardableResult
    static func write(_ bytes: [UInt8], to path: String) throws -> String {
        try makeFolder(URL(filePath: path).deletingLastPathComponent().path)
        if exists(path) { unlink(path) }
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// Writes a text, as ``write(_:to:)-([UInt8],_)`` writes bytes.
    @discardableResult
    static func write(_ text: String, to path: String) throws -> String { try write(Array(text.utf8), to: path) }

    /// The bytes of a file.
    static func bytes(at path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }

    /// The text of a file; empty where there is none.
    static func text(at path: String) -> String {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Whether there is anything at a path, a dangling link included.
    static func exists(_ path: String) -> Bool { kind(of: path) != nil }

    /// The kind of what is at a path, as `S_IFMT` masks it; links are not followed.
    static func kind(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// The permissions of what is at a path.
    static func permissions(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    /// The names in a folder, sorted; none where there is no such folder.
    static func names(in folder: String) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        return names.sorted()
    }

    /// The paths of all files below a folder, from it; with `folders`, those of the folders instead.
    static func files(below folder: String, folders: Bool = false) -> [String] {
        var found: [String] = []
        for name in names(in: folder) {
            let isFolder = kind(of: "\(folder)/\(name)") == S_IFDIR
            if isFolder == folders { found.append(name) }
            if isFolder { found += files(below: "\(folder)/\(name)", folders: folders).map { "\(name)/\($0)" } }
        }
        return found
    }

    /// All that is below a folder, byte by byte.
    static func snapshot(of folder: String) throws -> [String: [UInt8]] {
        var content: [String: [UInt8]] = [:]
        for path in files(below: folder) where kind(of: "\(folder)/\(path)") == S_IFREG {
            content[path] = try bytes(at: "\(folder)/\(path)")
        }
        return content
    }
}
