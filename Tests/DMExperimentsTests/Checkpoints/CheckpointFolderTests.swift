import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation
import Testing

private struct State: Codable, Equatable {
    var rate: Double
    var seed: UInt64
}

private func checkpoint(_ step: Int, _ value: Float = 1) -> Checkpoint<State> {
    Checkpoint(
        step: step,
        arrays: ParameterValues([
            ("student.w", Tensor<Float>([value, .pi, -0.0], shape: [3, 1])), ("teacher.w", Tensor<Float>([0.1])),
        ]),
        state: State(rate: 0.1 + 0.2, seed: .max))
}

/// Runs a test on an empty folder, which goes away after it.
private func withFolder(_ body: (CheckpointFolder<State>) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "checkpoints-\(UUID().uuidString)").path
    defer {
        if FileManager.default.fileExists(atPath: path) {
            #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) }
        }
    }
    try body(CheckpointFolder(path: path))
}

private func files(_ folder: CheckpointFolder<State>) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}

private func arraysFile(_ folder: CheckpointFolder<State>, step: Int) throws -> String {
    let name = try #require(try files(folder).first { $0.hasPrefix("checkpoint-") && $0.contains("\(step)-") })
    return "\(folder.path)/\(name)"
}

@Suite struct CheckpointFolderTests {
    @Test func savedIsLoaded() throws {
        try withFolder { folder in
            #expect(try folder.latest() == nil)
            try folder.save(checkpoint(200))
            let found = try #require(try folder.latest())
            #expect(found.checkpoint == checkpoint(200))
            #expect(found.passedOver.isEmpty)
            #expect(try folder.load(step: 200) == checkpoint(200))
            #expect(try CheckpointFolder<State>.find(at: folder.path).checkpoint == checkpoint(200))
            #expect(try CheckpointFolder<State>.find(at: found.path).checkpoint == checkpoint(200))
        }
    }

    @Test func onlyWantedArraysAreLoaded() throws {
        try withFolder { folder in
            try folder.save(checkpoint(200))
            let found = try CheckpointFolder<State>.find(at: folder.path, arrays: { $0.hasPrefix("teacher.") })
            #expect(found.checkpoint.arrays.names == ["teacher.w"])
            #expect(found.checkpoint.arrays["teacher.w"] == checkpoint(200).arrays["teacher.w"])
            #expect(found.checkpoint.state == checkpoint(200).state)
            // A damaged byte of an array that nobody wants is found all the same.
            let file = try arraysFile(folder, step: 200)
            var bytes = try FileBytes.read(file)
            let start = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
            bytes[start] ^= 1
            try AtomicFile.write(bytes, to: file)
            #expect(throws: CheckpointError.self) { try folder.load(step: 200, arrays: { $0.hasPrefix("teacher.") }) }
        }
    }

    @Test func keepsTheNewest() throws {
        try withFolder { folder in
            for step in [50, 100, 150, 200] { try folder.save(checkpoint(step, Float(step)), keeping: 2) }
            #expect(try folder.steps() == [150, 200])
            #expect(try files(folder).count == 4)
            try folder.removeAll()
            #expect(try files(folder).isEmpty)
        }
    }

    @Test func replacesTheSameStep() throws {
        try withFolder { folder in
            try folder.save(checkpoint(10, 1))
            try folder.save(checkpoint(10, 2))
            try folder.save(checkpoint(10, 2))
            #expect(try folder.load(step: 10) == checkpoint(10, 2))
            #expect(try files(folder).count == 2)
        }
    }

    @Test func removesWhatAKilledRunLeft() throws {
        try withFolder { folder in
            try folder.save(checkpoint(10))
            try folder.save(checkpoint(20, 2))
            // Killed between the two files of a checkpoint, and while a third one was written.
            try FileManager.default.removeItem(atPath: folder.path(ofStep: 20))
            try Data([1]).write(to: URL(filePath: "\(folder.path)/.checkpoint-00000030.json.partial"))
            #expect(try files(folder).count == 4)
            #expect(try folder.latest()?.checkpoint == checkpoint(10))
            try folder.removeLeftovers()
            #expect(try files(folder).count == 2)
            #expect(try folder.latest()?.checkpoint == checkpoint(10))
        }
    }

    @Test func whatIsNotACheckpointsStays() throws {
        try withFolder { folder in
            try folder.save(checkpoint(10))
            let foreign = [
                "checkpoint-mine.pth", "checkpoint-5.json", "checkpoint-00000030.json", "checkpoint-00000020-0123456789abcdef.safetensors",
                "checkpoint-00000020.safetensors", ".checkpoint-notes.partial", "notes.txt",
            ]
            for name in foreign { try Data("{}".utf8).write(to: URL(filePath: "\(folder.path)/\(name)")) }
            try FileManager.default.createDirectory(atPath: "\(folder.path)/checkpoint-500/x", withIntermediateDirectories: true)
            try folder.save(checkpoint(40), keeping: 1)
            try folder.removeLeftovers()
            try folder.removeAll()
            #expect(try files(folder) == (foreign + ["checkpoint-500"]).sorted())
        }
    }

    /// One bit of any byte of the manifest.
    @Test func noBitOfAManifestChangesUnnoticed() throws {
        try withFolder { folder in
            try folder.save(checkpoint(100))
            let manifest = folder.path(ofStep: 100)
            let bytes = try FileBytes.read(manifest)
            for index in bytes.indices {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(index % 8)
                try AtomicFile.write(damaged, to: manifest)
                #expect(throws: CheckpointError.self, "byte \(index)") { try folder.load(step: 100) }
            }
            try AtomicFile.write(bytes, to: manifest)
            #expect(try folder.load(step: 100) == checkpoint(100))
        }
    }

    @Test func aManifestsNameIsThatOfItsStep() throws {
        try withFolder { folder in
            try folder.save(checkpoint(100))
            try FileManager.default.copyItem(atPath: folder.path(ofStep: 100), toPath: folder.path(ofStep: 200))
            let found = try #require(try folder.latest())
            #expect(found.checkpoint.step == 100)
            #expect(found.passedOver == [.inconsistent(path: folder.path(ofStep: 200), reason: "it is of step 100")])
            // Under a name of one's own it is what it is.
            try FileManager.default.copyItem(atPath: folder.path(ofStep: 100), toPath: "\(folder.path)/mine.json")
            #expect(try CheckpointFolder<State>.find(at: "\(folder.path)/mine.json").checkpoint == checkpoint(100))
        }
    }

    /// Every kind of damage to the newest checkpoint, with the fault that is to be told.
    @Test(arguments: Damage.allCases)
    func damageFallsBackToTheOlder(damage: Damage) throws {
        try withFolder { folder in
            try folder.save(checkpoint(100))
            try folder.save(checkpoint(200, 2))
            let newest = try arraysFile(folder, step: 200)
            let manifest = folder.path(ofStep: 200)
            var bytes = try FileBytes.read(newest)
            switch damage {
            case .shorter: try AtomicFile.write(bytes.dropLast(), to: newest)
            case .changed:
                bytes[bytes.count - 1] ^= 1
                try AtomicFile.write(bytes, to: newest)
            case .absent: try FileManager.default.removeItem(atPath: newest)
            case .emptyManifest: try AtomicFile.write("", to: manifest)
            case .cutManifest: try AtomicFile.write(Array(try FileBytes.read(manifest).prefix(100)), to: manifest)
            case .otherFormat: try AtomicFile.write(#"{"format": 9}"#, to: manifest)
            }
            let found = try #require(try folder.latest())
            #expect(found.checkpoint == checkpoint(100))
            #expect(found.passedOver.count == 1)
            #expect(found.passedOver.first?.description.contains(damage.message) == true)
        }
    }

    enum Damage: CaseIterable {
        case shorter, changed, absent, emptyManifest, cutManifest, otherFormat

        var message: String {
            switch self {
            case .shorter: "is damaged: expected"
            case .changed: "SHA-256"
            case .absent: "No such file"
            case .emptyManifest, .cutManifest: "is no checkpoint"
            case .otherFormat: "is of format 9; expected 2 or less"
            }
        }
    }

    @Test func nothingValidIsAnError() throws {
        try withFolder { folder in
            #expect(throws: CheckpointError.missing(path: folder.path)) { try CheckpointFolder<State>.find(at: folder.path) }
            #expect(throws: CheckpointError.missing(path: folder.path(ofStep: 7))) { try folder.load(step: 7) }
            try folder.save(checkpoint(100))
            #expect(throws: CheckpointError.missing(path: folder.path(ofStep: 7))) { try folder.load(step: 7) }
            try FileManager.default.removeItem(atPath: arraysFile(folder, step: 100))
            #expect {
                try folder.latest()
            } throws: {
                "\($0)".hasPrefix("no valid checkpoint in '\(folder.path)': ")
            }
        }
    }

    @Test func otherStatesAreNamed() throws {
        try withFolder { folder in
            try folder.save(checkpoint(1))
            let other = CheckpointFolder<[String: Int]>(path: folder.path)
            #expect(throws: CheckpointError.self) { try other.load(step: 1) }
        }
    }
}
