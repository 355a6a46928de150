import DMFormats
import DMTensors
import Foundation
import Testing

@Suite("Files that are written as a whole") struct AtomicFileTests {
    @Test("A file is written, and replaced by a shorter one") func writesAndReplaces() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.txt"
        try AtomicFile.write("first, and longer", to: path)
        try AtomicFile.write("second", to: path)
        #expect(try FileBytes.read(path) == Array("second".utf8))
        #expect(try folder.names() == ["a.txt"])
        try AtomicFile.write([], to: path)
        #expect(try FileBytes.read(path) == [])
    }

    @Test("A failure leaves nothing behind") func failures() throws {
        let folder = try TemporaryFolder()
        try FileFolder.create(at: folder.path + "/taken/full")
        #expect(
            message { try AtomicFile.write([1], to: folder.path + "/taken") }
                == "cannot write '\(folder.path)/taken': it is a folder; expected a file")
        #expect(
            message { try AtomicFile.write([1], to: folder.path + "/new/") }
                == "cannot write '\(folder.path)/new/': it is the path of a folder")
        #expect(try folder.names() == ["taken"])
        #expect(message { try AtomicFile.write([1], to: "/nowhere/x") } == "cannot write '/nowhere/x': No such file or directory")
        #expect(message { try AtomicFile.write([1], to: "") } == "cannot open '': the path is empty")
        #expect(message { try AtomicFile.write([1], to: "a\0b") } == "cannot open '': the path holds a null character")
        let long = String(repeating: "n", count: 256)
        #expect(message { try AtomicFile.write([1], to: folder.path + "/" + long) }?.hasSuffix("File name too long") == true)
    }

    @Test("The longest names can be written") func longNames() throws {
        let folder = try TemporaryFolder()
        let name = String(repeating: "é", count: 125) + "a.png"
        try AtomicFile.write("1", to: "\(folder.path)/\(name)")
        #expect(try folder.names() == [name])
    }

    @Test("A replaced file's mode is kept, and a new one has what the process grants") func modes() throws {
        let folder = try TemporaryFolder()
        for mode in [0o600, 0o640, 0o777] as [mode_t] {
            try AtomicFile.write("old", to: folder.path + "/a")
            chmod(folder.path + "/a", mode)
            try AtomicFile.write("new", to: folder.path + "/a")
            #expect(folder.mode("a") == mode)
        }
        try AtomicFile.write("new", to: folder.path + "/b")
        let descriptor = open(folder.path + "/c", O_WRONLY | O_CREAT, 0o666)
        close(descriptor)
        #expect(folder.mode("b") == folder.mode("c"))
    }

    @Test("A link stays a link, and the file that it leads to is replaced", arguments: [false, true])
    func links(isThere: Bool) throws {
        let folder = try TemporaryFolder()
        try FileFolder.create(at: folder.path + "/data")
        if isThere { try AtomicFile.write("old", to: folder.path + "/data/x.json") }
        // One link leads to another, by a path from its own folder.
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/data/inner", withDestinationPath: "x.json")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/outer", withDestinationPath: "data/inner")
        try AtomicFile.write("new", to: folder.path + "/outer")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/outer") == "data/inner")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/data/inner") == "x.json")
        #expect(FileKind(ofPath: folder.path + "/data/x.json", followsLinks: false) == .file)
        #expect(try FileBytes.read(folder.path + "/data/x.json") == Array("new".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/data").sorted() == ["inner", "x.json"])
    }

    @Test("Links in a circle are refused") func circles() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/a", withDestinationPath: "b")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/b", withDestinationPath: "a")
        #expect(
            message { try AtomicFile.write("x", to: folder.path + "/a") }
                == "cannot write '\(folder.path)/a': Too many levels of symbolic links")
        #expect(try folder.names() == ["a", "b"])
    }

    @Test("A pipe gets the bytes and stays a pipe; one without a reader is refused") func pipes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        #expect(message { try AtomicFile.write("x", to: path) } == "cannot write '\(path)': it is a pipe that nobody reads")
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try AtomicFile.write("hello", to: path)
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(read(reader, &bytes, bytes.count) == 5)
        #expect(bytes.starts(with: Array("hello".utf8)))
        #expect(FileKind(ofPath: path) == .pipe)
    }

    @Test("A device is written into and stays a device") func devices() throws {
        let folder = try TemporaryFolder()
        try AtomicFile.write("x", to: "/dev/null")
        #expect(FileKind(ofPath: "/dev/null", followsLinks: false) == .characterDevice)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/null", withDestinationPath: "/dev/null")
        try AtomicFile.write("x", to: folder.path + "/null")
        #expect(FileKind(ofPath: folder.path + "/null", followsLinks: false) == .link)
        #expect(message { try AtomicFile.write("x", to: "/dev/full") } == "cannot write '/dev/full': No space left on device")
    }

    @Test("What goes to a descriptor of the process follows what is there, and is not replaced by it") func ownDescriptors() throws {
        let folder = try TemporaryFolder()
        let descriptor = open(folder.path + "/out", O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        for (path, text) in [("/dev/fd/\(descriptor)", "one "), ("/proc/self/fd/\(descriptor)", "two ")] {
            try AtomicFile.write(text, to: path)
            #expect(write(descriptor, "and ", 4) == 4)
        }
        #expect(try FileBytes.read(folder.path + "/out") == Array("one and two and ".utf8))
        #expect(message { try AtomicFile.write("x", to: "/dev/fd/1000000") } == "cannot write '/dev/fd/1000000': Bad file descriptor")
    }
}

@Suite("Files that killed writers leave behind") struct PartialFileTests {
    @Test("The next writer takes a dead one's file away, and leaves that of a living one") func nextWriter() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.json"
        let partial = folder.path + "/.a.json.partial"
        #expect(FileManager.default.createFile(atPath: partial, contents: Data([1])))
        try AtomicFile.write("1", to: path)
        #expect(try folder.names() == ["a.json"])

        #expect(FileManager.default.createFile(atPath: partial, contents: Data([1])))
        let living = open(partial, O_RDONLY)
        defer { close(living) }
        #expect(flock(living, LOCK_EX | LOCK_NB) == 0)
        try AtomicFile.write("2", to: path)
        #expect(try FileBytes.read(path) == Array("2".utf8))
        #expect(try folder.names() == [".a.json.partial", "a.json"])
        #expect(try AtomicFile.removeStalePartials(in: folder.path) { _ in true } == [])
        #expect(flock(living, LOCK_UN) == 0)
        #expect(try AtomicFile.removeStalePartials(in: folder.path) { _ in true } == [".a.json.partial"])
    }

    @Test("Only files of one's own names and of the exact form are removed") func exactForm() throws {
        let folder = try TemporaryFolder()
        let unique = UUID().uuidString
        let own = [".run.json.partial", ".run.json.\(unique).partial"]
        let others = [
            ".other.json.partial", ".partial", "run.json.partial", ".run.json.1.partial", ".run.json.partial.txt", ".\(unique).partial",
        ]
        for name in own + others { #expect(FileManager.default.createFile(atPath: "\(folder.path)/\(name)", contents: nil)) }
        try FileFolder.create(at: folder.path + "/.folder.partial")
        #expect(try AtomicFile.removeStalePartials(in: folder.path) { ["run.json", "folder"].contains($0) }.sorted() == own.sorted())
        #expect(try folder.names() == (others + [".folder.partial"]).sorted())
        #expect(try AtomicFile.removeStalePartials(in: folder.path + "/none") { _ in true } == [])
    }

    @Test("Many write one name at once: one whole content is there, and nothing else") func manyWriters() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        try await withThrowingTaskGroup { group in
            for writer in 0..<8 {
                group.addTask {
                    for _ in 0..<20 { try AtomicFile.write([UInt8](repeating: UInt8(writer), count: 10_000), to: path) }
                }
            }
            try await group.waitForAll()
        }
        let bytes = try FileBytes.read(path)
        #expect(bytes.count == 10_000 && Set(bytes).count == 1)
        #expect(try folder.names() == ["a"])
    }
}

/// The words of the error that a call throws, nil where it throws none.
func message(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch { return "\(error)" }
}
