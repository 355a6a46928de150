import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite("The folder of a run") struct RunFolderTests {
    /// All files of a folder, with their bytes.
    private func content(_ folder: String) throws -> [String: [UInt8]] {
        let paths = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
        return try Dictionary(
            uniqueKeysWithValues: paths.filter { FileKind(ofPath: "\(folder)/\($0)") == .file }.map {
                ($0, try FileBytes.read("\(folder)/\($0)"))
            })
    }

    @Test("A run is not destroyed by the same command without --resume") func occupiedFoldersAreRefused() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.supervised, "training.steps=2")
            try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            let before = try content(folder)
            #expect(before.keys.contains("metrics.json") && !before.keys.contains(".lock"))
            let error = #expect(throws: RunError.self) { try Run(configuration: configuration, folder: folder).train(showsProgress: false) }
            guard case .folderOccupied(folder, let found) = error else {
                Issue.record("expected an occupied folder, found \(String(describing: error))")
                return
            }
            #expect(found.contains("checkpoint-00000002.json") && found.contains("metrics.json"))
            for way in ["--resume", "--output", "--overwrite"] {
                #expect("\(RunError.folderOccupied(folder: folder, found: found))".contains(way))
            }
            #expect(try content(folder) == before)
        }
    }

    @Test("Overwriting removes the run, and nothing else") func overwritingRemovesTheRun() throws {
        try withTemporaryFolder { folder in
            try Run(configuration: tiny(.supervised), folder: folder).train(showsProgress: false)
            let foreign = ["checkpoint-mine.pth", "notes.txt", "best/checkpoint-1000"]
            for name in foreign { try AtomicFile.write("mine", to: "\(folder)/\(name)") }
            let shorter = try tiny(.supervised, "training.steps=1", "training.evaluateEvery=0")
            try Run(configuration: shorter, folder: folder, overwrites: true).train(showsProgress: false)
            #expect(try CheckpointFolder<CheckpointState>(path: folder).steps() == [1])
            #expect(try CheckpointFolder<CheckpointState>(path: "\(folder)/best").steps().isEmpty)
            #expect(FileKind(ofPath: "\(folder)/metrics-best.json") == nil)
            let after = try content(folder)
            for name in foreign { #expect(after[name] == Array("mine".utf8)) }
        }
    }

    @Test(
        "A file of a run's name that no run has written is not written over", arguments: ["config.yaml", "metrics.json", "records.jsonl"])
    func foreignFilesStay(name: String) throws {
        try withTemporaryFolder { folder in
            try FileFolder.create(at: folder)
            try AtomicFile.write("model: resnet\n", to: "\(folder)/\(name)")
            for overwrites in [false, true] {
                #expect(throws: RunError.self) {
                    try Run(configuration: tiny(.supervised), folder: folder, overwrites: overwrites).train(showsProgress: false)
                }
            }
            #expect(try content(folder) == [name: Array("model: resnet\n".utf8)])
        }
    }

    @Test("A start that fails loses nothing, and leaves nothing") func failedStartsLeaveNothing() throws {
        try withTemporaryFolder { folder in
            let broken = try tiny(.supervised, "dataset.name=folder", "dataset.root=/nowhere")
            #expect(throws: (any Error).self) { try Run(configuration: broken, folder: folder).train(showsProgress: false) }
            #expect(FileKind(ofPath: folder) == nil)
            try Run(configuration: tiny(.supervised), folder: folder).train(showsProgress: false)
            let before = try content(folder)
            #expect(throws: (any Error).self) {
                try Run(configuration: broken, folder: folder, overwrites: true).train(showsProgress: false)
            }
            #expect(try content(folder) == before)
        }
    }

    @Test("Two trainings do not share a folder") func aClaimedFolderIsRefused() throws {
        try withTemporaryFolder { folder in
            try FileFolder.create(at: folder)
            let lock = try FileLock(at: "\(folder)/.lock")
            let error = #expect(throws: RunError.self) {
                try Run(configuration: tiny(.supervised), folder: folder).train(showsProgress: false)
            }
            #expect("\(try #require(error))".hasPrefix("another training writes into '\(folder)' (process \(getpid()) on "))
            withExtendedLifetime(lock) {}
        }
        // A lock's file that a killed process left is no obstacle.
        try withTemporaryFolder { folder in
            try FileFolder.create(at: folder)
            try AtomicFile.write("12345\nelsewhere\n2026-01-01T00:00:00Z\n", to: "\(folder)/.lock")
            try Run(configuration: tiny(.supervised, "training.steps=1"), folder: folder).train(showsProgress: false)
            #expect(FileKind(ofPath: "\(folder)/.lock") == nil)
        }
    }

    @Test("Partial files of killed runs go") func leftoversGo() throws {
        try withTemporaryFolder { folder in
            try FileFolder.create(at: "\(folder)/best")
            let partial = [
                ".config.yaml.partial", ".metrics.json.partial", ".checkpoint-00000003.json.partial",
                "best/.checkpoint-00000003.json.partial",
            ]
            for name in partial + [".mine.partial"] { try Data([1]).write(to: URL(filePath: "\(folder)/\(name)")) }
            try Run(configuration: tiny(.supervised, "training.steps=1"), folder: folder).train(showsProgress: false)
            let names = try content(folder).keys
            #expect(partial.allSatisfy { !names.contains($0) } && names.contains(".mine.partial"))
        }
    }
}

@Suite("Memory is foreseen") struct MemoryForesightTests {
    @Test("Bytes are told from small squares", arguments: [false, true]) func bytesAreExtrapolated(isQuadratic: Bool) {
        func bytes(_ pixels: Double) -> Double { 4e6 + 1000 * pixels + (isQuadratic ? 0.5 * pixels * pixels : 0) }
        var isFirst = true
        let estimate = MemoryEstimate(sides: (64, 128, 192), isQuadratic: isQuadratic) { side in
            defer { isFirst = false }
            return isFirst ? 1e9 : bytes(Double(side * side))
        }
        let ratio = estimate.bytes(forPixels: 1e6) / bytes(1e6)
        #expect(isQuadratic ? (0.9...1.1).contains(ratio) : abs(ratio - 1) < 1e-9, "\(ratio)")
    }
}
