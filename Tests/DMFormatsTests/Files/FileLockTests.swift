import DMFormats
import Foundation
import Testing

@Suite("Locks on files") struct FileLockTests {
    @Test("One at a time holds a lock, and the error names it") func exclusion() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/.lock"
        var lock: FileLock? = try FileLock(at: path)
        #expect(lock?.isEnforced == true)
        let error = #expect(throws: FileLockError.self) { try FileLock(at: path) }
        guard case .held(path, let holder?) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(holder.process == Int(getpid()))
        #expect(!holder.host.isEmpty)
        #expect(try abs(Date(holder.since, strategy: .iso8601).timeIntervalSinceNow) < 60)
        #expect("\(error!)" == "'\(path)' is in use by process \(getpid()) on \(holder.host) since \(holder.since)")
        lock = nil
        #expect(try folder.names() == [], "nothing stays of a lock")
        lock = try FileLock(at: path)
        #expect(lock != nil)
    }

    @Test("Another process is kept out, and the lock of a killed one hinders nobody") func processes() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/.lock"
        try await #require(processExitsWith: .exitCode(7)) { [path = path as String] in
            // The process ends without any of its objects' ends.
            let lock = try FileLock(at: path)
            withExtendedLifetime(lock) { _exit(7) }
        }
        #expect(try folder.names() == [".lock"])
        let lock = try FileLock(at: path)
        let result = try await #require(processExitsWith: .exitCode(9), observing: [\.standardErrorContent]) { [path = path as String] in
            do { _ = try FileLock(at: path) } catch {
                FileHandle.standardError.write(Data("\(error)".utf8))
                _exit(9)
            }
        }
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("in use by process \(getpid()) on "))
        withExtendedLifetime(lock) {}
    }

    @Test("Content of others in the file is no holder") func otherContent() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/.lock"
        for text in ["", "x", "1\n\u{1b}[31m\n3\n", String(repeating: "1\n", count: 400)] {
            try AtomicFile.write(text, to: path)
            let descriptor = open(path, O_RDWR)
            #expect(flock(descriptor, LOCK_EX) == 0)
            #expect(throws: FileLockError.held(path: path, by: nil)) { try FileLock(at: path) }
            close(descriptor)
        }
        #expect("\(FileLockError.held(path: "a", by: nil))" == "'a' is in use by another process")
    }

    @Test("A path that cannot be a lock's is refused") func refused() throws {
        let folder = try TemporaryFolder()
        #expect(message { _ = try FileLock(at: folder.path) } == "cannot lock '\(folder.path)': it is a folder; expected a file")
        #expect(message { _ = try FileLock(at: "/nowhere/.lock") } == "cannot lock '/nowhere/.lock': No such file or directory")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "a")
        #expect(
            message { _ = try FileLock(at: folder.path + "/link") } == "cannot lock '\(folder.path)/link': it is a link; expected a file")
    }

    @Test("Many claim one file at once: never two hold it") func contention() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/.lock"
        let taken = try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    var taken = 0
                    for _ in 0..<200 {
                        guard let lock = try? FileLock(at: path) else { continue }
                        // Whoever holds the lock is alone with this file.
                        let marker = open(folder.path + "/marker", O_CREAT | O_EXCL | O_WRONLY, 0o600)
                        try #require(marker >= 0)
                        close(marker)
                        unlink(folder.path + "/marker")
                        taken += 1
                        withExtendedLifetime(lock) {}
                    }
                    return taken
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(taken > 0)
    }
}
