import DMFormats
import DMTensors
import Foundation
import Testing

@Suite struct AtomicFileTests {
    @Test func writesAndReplaces() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        let path = folder + "/a.txt"
        try AtomicFile.write("first, and longer", to: path)
        try AtomicFile.write("second", to: path)
        #expect(try FileBytes.read(path) == Array("second".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
        try AtomicFile.write([], to: path)
        #expect(try FileBytes.read(path) == [])
    }

    @Test func aFailureLeavesNothingBehind() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder + "/taken/full", withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        // A folder of the same name cannot be replaced by a file.
        #expect(throws: FileError.self) { try AtomicFile.write([1], to: folder + "/taken") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken"])
        #expect {
            try AtomicFile.write([1], to: "/nowhere/x")
        } throws: {
            "\($0)".hasPrefix("cannot create '/nowhere/.x.")
        }
    }

    @Test func foldersAreNoFiles() {
        #expect(throws: FileError.self) { try FileBytes.read("/") }
    }
}
