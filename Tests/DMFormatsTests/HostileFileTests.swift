import DMFormats
import DMTensors
import Foundation
import Testing

/// Reads damaged files: whatever they are, the program goes on, and takes no more memory than the file justifies.
///
/// A few thousand of each format; with `DIFFMATCH_FULL=1` in the environment, as `scripts/test --full` sets it, as many
/// as the names of the tests say.
@Suite(.serialized) struct HostileFileTests {
    private static let isFull = ProcessInfo.processInfo.environment["DIFFMATCH_FULL"] == "1"

    @Test("safetensors: 200,000 damaged files in less than a minute") func safetensors() throws {
        let files = [try SafetensorsTests.sample.bytes(), try ReferenceFile.bytes("types.safetensors")]
        let elapsed = try readDamaged("safetensors", full: 200_000, of: files, repair: Self.withHeaderSize) { bytes in
            let arrays = try Safetensors(bytes: bytes).arrays.map(\.array)
            return (arrays, 2 * bytes.count)
        }
        // The limit is one of the release build, whose sanitizers and neighbors are off.
        if Self.isFull { #expect(elapsed < .seconds(60)) }
    }

    @Test("PyTorch's archives: 60,000 damaged files") func torchArchives() throws {
        let names = [
            "types-zip.pth", "nested-zip.pth", "nested-deflated.pth", "nested-protocol4.pth", "checkpoint-protocol2.pth",
            "checkpoint-protocol4.pth", "module.pth",
        ]
        let files = try names.map(ReferenceFile.bytes)
        try readDamaged("pth, zip", full: 60_000, of: files, repair: Self.withChecksums) { bytes in
            let arrays = try PyTorchFile(bytes: bytes).arrays.map(\.array)
            return (arrays, try 2 * Self.unpackedSize(of: bytes))
        }
    }

    @Test("PyTorch's older format: 60,000 damaged files") func torchLegacyFiles() throws {
        let files = try ["types-legacy.pth", "nested-legacy.pth", "checkpoint-legacy.pth"].map(ReferenceFile.bytes)
        try readDamaged("pth, legacy", full: 60_000, of: files) { bytes in
            (try PyTorchFile(bytes: bytes).arrays.map(\.array), 2 * bytes.count)
        }
    }

    @Test("npy: 50,000 damaged files") func numPyFiles() throws {
        let files = try ["float32.npy", "big-endian-fortran.npy", "version2.npy", "scalar.npy"].map(ReferenceFile.bytes)
        try readDamaged("npy", full: 50_000, of: files) { bytes in
            ([try NumPyFile(bytes: bytes).array], 2 * bytes.count)
        }
    }

    @Test("npz: 50,000 damaged files") func numPyArchives() throws {
        let arrays = [(name: "a", array: ReferenceFile.array(.float32)), (name: "b", array: ReferenceFile.array(.int16))]
        let files = [
            try NumPyArchive.bytes(arrays), try NumPyArchive.bytes(arrays, isCompressed: true), try ReferenceFile.bytes("compressed.npz"),
        ]
        try readDamaged("npz", full: 50_000, of: files, repair: Self.withChecksums) { bytes in
            let arrays = try NumPyArchive(bytes: bytes).arrays().map(\.array)
            return (arrays, try 2 * Self.unpackedSize(of: bytes))
        }
    }

    /// Reads damaged forms of files and prints how many there were.
    ///
    /// - Parameters:
    ///   - full: How many in the full suite; a fortieth otherwise.
    ///   - repair: Damages a file so that the damage gets past its first checks.
    ///   - read: Reads a file; returns its arrays and the most bytes that they may have.
    @discardableResult private func readDamaged(
        _ format: String, full: Int, of files: [[UInt8]],
        repair: (([UInt8], inout FileMutator) throws -> [UInt8])? = nil, read: ([UInt8]) throws -> ([StoredArray], Int)
    ) throws -> Duration {
        var mutator = FileMutator(seed: 1)
        let count = Self.isFull ? full : full / 40
        var readCount = 0
        var largest = 0.0
        for file in files { #expect(throws: Never.self, "\(format) as it was") { try read(file) } }
        let elapsed = try ContinuousClock().measure {
            for _ in 0..<count {
                let file = files[mutator.random(below: files.count)]
                let bytes =
                    if let repair, mutator.random(below: 2) == 0 {
                        try repair(file, &mutator)
                    } else {
                        mutator.damaged(file, with: files[mutator.random(below: files.count)])
                    }
                guard let (arrays, limit) = try? read(bytes) else { continue }
                readCount += 1
                // What is the same part of the same storage is converted once, as the readers do.
                let size = Set(arrays).reduce(0) { $0 + $1.byteCount }
                #expect(size <= limit)
                largest = max(largest, Double(size) / Double(bytes.count))
                for array in arrays { #expect(Tensor<Float>(converting: array).count == array.count) }
            }
        }
        #expect(readCount < count)
        let ratio = String(format: "%.2f", largest)
        print(
            "\(format): \(count) damaged files in \(elapsed), \(count - readCount) refused; arrays of at most \(ratio) times the file's bytes"
        )
        return elapsed
    }

    /// Damages the header and puts its new size before it.
    private static func withHeaderSize(_ file: [UInt8], _ mutator: inout FileMutator) -> [UInt8] {
        let size = file[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = mutator.damaged(Array(file[8..<8 + size]), with: file)
        return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + file[(8 + size)...]
    }

    /// Damages one entry of an archive and makes the archive anew, with the right sizes and checksums.
    private static func withChecksums(_ file: [UInt8], _ mutator: inout FileMutator) throws -> [UInt8] {
        let entries = try ZipArchive(ByteRegion(copying: file)).entries
        // Every other time the first entry, which in PyTorch's archives is the pickle.
        let chosen = mutator.random(below: 2) == 0 ? 0 : mutator.random(below: entries.count)
        var writer = ZipWriter()
        for (index, entry) in entries.enumerated() {
            var content = try entry.content()
            if index == chosen { content = ByteRegion(copying: mutator.damaged(content.array, with: file)) }
            writer.append(entry.name, content, isDeflated: mutator.random(below: 2) == 0)
        }
        return writer.finished().joinedBytes
    }

    /// The bytes of an archive's entries once they are inflated, or the file's where those are more.
    private static func unpackedSize(of file: [UInt8]) throws -> Int {
        let entries = try ZipArchive(ByteRegion(copying: file)).entries
        return max(file.count, entries.reduce(0) { $0 + $1.size })
    }
}
