import DMFormats
import Foundation
import Testing

@Suite("Folders") struct FileFolderTests {
    @Test("A folder is made with all that it lies in") func creation() throws {
        let folder = try TemporaryFolder()
        for path in ["/a/b/c", "/a/b/c", "/d/", "//e//f/"] { try FileFolder.create(at: folder.path + path) }
        for path in ["/a/b/c", "/d", "/e/f"] { #expect(FileKind(ofPath: folder.path + path) == .folder) }
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "a")
        try FileFolder.create(at: folder.path + "/link/g")
        #expect(FileKind(ofPath: folder.path + "/a/g") == .folder)
    }

    @Test("Why a folder cannot be made is told with the place") func failures() throws {
        let folder = try TemporaryFolder()
        try AtomicFile.write("x", to: folder.path + "/file")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/dangling", withDestinationPath: "none")
        for (path, expected) in [
            ("\(folder.path)/file", "cannot create '\(folder.path)/file': it is a file; expected a folder"),
            ("\(folder.path)/file/below", "cannot create '\(folder.path)/file': it is a file; expected a folder"),
            ("\(folder.path)/dangling", "cannot create '\(folder.path)/dangling': a link that leads nowhere has its name"),
            ("/proc/run", "cannot create '/proc/run': No such file or directory"),
            ("", "cannot open '': the path is empty"),
        ] { #expect(message { try FileFolder.create(at: path) } == expected) }
    }

    @Test("A folder's names are listed, and those that are no text are told") func listing() throws {
        let folder = try TemporaryFolder()
        for name in ["b", "a", ".hidden", "é"] { try AtomicFile.write("x", to: "\(folder.path)/\(name)") }
        let bytes: [CChar] = Array(folder.path.utf8CString.dropLast()) + [0x2f, 0x63, CChar(bitPattern: 0xe9), 0x2e, 0x70, 0x6e, 0x67, 0]
        close(open(bytes, O_WRONLY | O_CREAT, 0o600))
        let content = try FileFolder.content(of: folder.path)
        #expect(content.names == [".hidden", "a", "b", "é"])
        #expect(content.unreadableNames == [#"c\xE9.png"#])
        #expect(
            message { _ = try FileFolder.content(of: folder.path + "/none") }
                == "cannot list '\(folder.path)/none': No such file or directory")
        #expect(message { _ = try FileFolder.content(of: folder.path + "/a") } == "cannot list '\(folder.path)/a': Not a directory")
        unlink(bytes)
    }

    @Test("Files and empty folders are removed, and nothing else") func removal() throws {
        let folder = try TemporaryFolder()
        try FileFolder.create(at: folder.path + "/full/inner")
        try AtomicFile.write("x", to: folder.path + "/a")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "a")
        try FileFolder.removeFile(at: folder.path + "/link")
        #expect(try folder.names() == ["a", "full"])
        try FileFolder.removeFile(at: folder.path + "/a")
        try FileFolder.removeFile(at: folder.path + "/a")
        #expect(message { try FileFolder.removeFile(at: folder.path + "/full") } == "cannot remove '\(folder.path)/full': Is a directory")
        #expect(
            message { try FileFolder.removeEmpty(at: folder.path + "/full") } == "cannot remove '\(folder.path)/full': Directory not empty")
        try FileFolder.removeEmpty(at: folder.path + "/full/inner")
        try FileFolder.removeEmpty(at: folder.path + "/full")
        try FileFolder.removeEmpty(at: folder.path + "/full")
        #expect(try folder.names() == [])
    }
}
