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
            let leftovers = [".checkpoint-00000020.json.x.partial", "checkpoint-00000020-0123456789abcdef.safetensors", "notes.txt"]
            for name in leftovers { try Data([1]).write(to: URL(filePath: "\(folder.path)/\(name)")) }
            #expect(try folder.latest()?.checkpoint == checkpoint(10))
            try folder.save(checkpoint(30))
            #expect(try files(folder).count == 5)
            #expect(try files(folder).filter(leftovers.contains) == ["notes.txt"])
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
            case .otherFormat: "is of format 9; expected 1"
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
