import DMFormats
import DMTensors
import Foundation
import Testing

@Suite("Files that are read") struct FileReadingTests {
    /// What each way of reading a regular file says to a path.
    private static func messages(_ path: String) -> [String?] {
        [
            message { _ = try FileBytes.read(path) }, message { _ = try ByteRegion(mapping: path) },
            message { _ = try PyTorchFile(path: path) }, message { _ = try Safetensors(path: path) },
            message { _ = try NumPyFile(path: path) }, message { _ = try NumPyArchive(path: path) },
        ]
    }

    @Test("Pipes, devices, folders and sockets are refused by name, at once", .timeLimit(.minutes(1))) func otherKinds() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "pipe")
        let socket = try SocketFile(folder.path + "/socket")
        for (path, kind) in [
            (pipe, "a pipe"), (folder.path + "/link", "a pipe"), ("/dev/null", "a device"), ("/dev/zero", "a device"),
            (folder.path, "a folder"), (socket.path, "a socket"),
        ] {
            for message in Self.messages(path) { #expect(message == "cannot read '\(path)': it is \(kind); expected a file") }
            #expect(message { try FileBytes.append([1], to: path) } == "cannot write '\(path)': it is \(kind); expected a file")
        }
    }

    @Test("What is not there is told in words") func missing() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/dangling", withDestinationPath: "none")
        for path in ["/nowhere/x", folder.path + "/dangling"] {
            for message in Self.messages(path) { #expect(message == "cannot open '\(path)': No such file or directory") }
        }
        for message in Self.messages("") { #expect(message == "cannot open '': the path is empty") }
    }

    @Test("A refused file is closed again") func descriptors() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/a"
        try AtomicFile.write("x", to: file)
        let before = open(file, O_RDONLY)
        close(before)
        for _ in 0..<20 {
            _ = try? FileBytes.readStream("/", limit: 10)
            _ = try? FileBytes.read(file)
            _ = try? ByteRegion(mapping: file)
        }
        // Other tests may hold a few; twenty leaks would show.
        let after = open(file, O_RDONLY)
        close(after)
        #expect(after < before + 20)
    }

    @Test("Small files are copied and large ones mapped, with equal bytes", arguments: [0, 1, 1 << 20, (1 << 20) + 1])
    func sizes(count: Int) throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try AtomicFile.write(bytes, to: folder.path + "/a")
        let region = try ByteRegion(mapping: folder.path + "/a")
        // Whoever makes a small file shorter takes nothing away.
        if count <= 1 << 20 { #expect(truncate(folder.path + "/a", 0) == 0) }
        #expect(region.array == bytes)
    }

    @Test("A file with more bytes than the limit is refused before it is read") func limits() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/sparse"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(truncate(path, 1 << 40) == 0)
        #expect(
            message { _ = try FileBytes.read(path) }
                == "cannot read '\(path)': it has 1099511627776 bytes; at most 2147483648 bytes are read")
        #expect(truncate(path, 5) == 0)
        #expect(try FileBytes.read(path, limit: 5).count == 5)
        #expect(message { _ = try FileBytes.read(path, limit: 4) } == "cannot read '\(path)': it has 5 bytes; at most 4 bytes are read")
        #expect(
            message { _ = try FileBytes.readStream(path, limit: 4) } == "cannot read '\(path)': it has 5 bytes; at most 4 bytes are read")
    }

    @Test("The system's own tables, which say that they are empty, are read") func tables() throws {
        #expect(try FileBytes.read("/proc/self/status").count > 100)
    }

    @Test("A stream is read to its end, and no further than its limit") func streams() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let written = [UInt8](repeating: 7, count: 200_000)
        async let read = FileBytes.readStream(path, limit: 1 << 20)
        let writer = Thread {
            let descriptor = open(path, O_WRONLY)
            written.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count { done += max(0, write(descriptor, bytes.baseAddress! + done, bytes.count - done)) }
            }
            close(descriptor)
        }
        writer.start()
        #expect(try await read == written)
        #expect(
            message { _ = try FileBytes.readStream("/dev/zero", limit: 1 << 20) }
                == "cannot read '/dev/zero': more comes; at most 1048576 bytes are read")
        #expect(try FileBytes.readStream("/dev/null", limit: 10) == [])
        #expect(
            message { _ = try FileBytes.readStream(folder.path, limit: 10) }
                == "cannot read '\(folder.path)': it is a folder; expected a file or a pipe")
    }

    @Test("The process's own descriptors are streams, too") func ownDescriptors() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(write(ends[1], "a: 1", 4) == 4)
        close(ends[1])
        #expect(try FileBytes.readStream("/dev/fd/\(ends[0])", limit: 100) == Array("a: 1".utf8))
        close(ends[0])
    }

    @Test("Lines are added at the end of a file") func appending() throws {
        let folder = try TemporaryFolder()
        try FileBytes.append([1, 2], to: folder.path + "/a")
        try FileBytes.append([3], to: folder.path + "/a", isForced: true)
        #expect(try FileBytes.read(folder.path + "/a") == [1, 2, 3])
    }

    @Test("A file is the same through links and hard links") func identity() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b"] { try AtomicFile.write("x", to: "\(folder.path)/\(name)") }
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "a")
        try FileManager.default.linkItem(atPath: folder.path + "/a", toPath: folder.path + "/hard")
        func isSame(_ x: String, _ y: String) -> Bool { FileIdentity.isSame("\(folder.path)/\(x)", "\(folder.path)/\(y)") }
        #expect(isSame("a", "link") && isSame("link", "hard") && isSame("a", "../\(URL(filePath: folder.path).lastPathComponent)/a"))
        #expect(!isSame("a", "b") && !isSame("none", "none") && !isSame("a", "none"))
    }
}

/// A socket with a path.
private final class SocketFile {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        try #require(status == 0)
    }

    deinit { close(descriptor) }
}
