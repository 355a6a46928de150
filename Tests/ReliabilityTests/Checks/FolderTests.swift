import Foundation
import Glibc
import Testing

extension ReliabilityTests {
    /// The folder of a run: whose it is, and what becomes of it.
    @Suite struct FolderTests {
        /// A training that runs until somebody ends it.
        private static func endless(in folder: String) -> TinyTraining { TinyTraining(in: folder, steps: 100_000) }

        @Test("A folder with a run is refused with the three ways on, and nothing in it changes")
        func occupied() throws {
            try FileTree.withScratch { scratch in
                let training = TinyTraining(in: "\(scratch)/run", steps: 2)
                let reference = try training.reference()
                let before = try FileTree.snapshot(of: training.folder)
                let other = TinyTraining(in: training.folder, steps: 2, ["seed": "5"])
                for launch in [training.begin(), other.begin()] {
                    let ending = try launch.run()
                    #expect(ending.isOrderly && ending.status != 0, "\(ending)")
                    for way in ["--resume", "--output", "--overwrite", training.folder] {
                        #expect(ending.errors.contains(way), "\(ending)")
                    }
                }
                let failed = try other.begin("--overwrite", "--set", "dataset.name=folder", "--set", "dataset.root=/nowhere").run()
                #expect(failed.isOrderly && failed.status != 0, "\(failed)")
                #expect(try FileTree.snapshot(of: training.folder) == before, "what is refused changes nothing")

                let resumed = try training.resume().run()
                #expect(resumed.status == 0, "a finished run is resumed: \(resumed)")
                try expectSameEnd(training, as: reference)
                #expect(try other.begin("--overwrite").run().status == 0)
                let overwritten = try RunContent(of: training.folder)
                let expected = try other.moved(to: "\(scratch)/other").reference()
                #expect(overwritten.differences(from: expected) == [], "nothing of the former run stays")
            }
        }

        @Test("A second training is kept out while the first one lives, and not by one that was killed")
        func claimed() throws {
            try FileTree.withScratch { scratch in
                let training = Self.endless(in: "\(scratch)/run")
                let program = try training.begin().start()
                #expect(program.wait { training.checkpoints.count > 1 })
                for launch in [training.resume(), training.begin("--overwrite"), training.begin()] {
                    let second = try launch.run()
                    #expect(second.isOrderly && second.status != 0 && program.isRunning, "\(second)")
                    #expect(second.errors.contains("another training") && second.errors.contains(training.folder), "\(second)")
                }
                let before = training.recordCount
                #expect(program.wait { training.recordCount > before + 2 }, "the first one goes on")
                program.send(SIGKILL)
                let killed = program.wait()
                #expect(killed.signal == SIGKILL, "\(killed)")
                let steps = (training.checkpoints.last ?? 0) + 2
                let next = try training.resume("--set", "training.steps=\(steps)").run()
                #expect(next.isOrderly && !next.errors.contains("another training"), "\(next)")
                let again = try training.begin("--overwrite", "--set", "training.steps=2").run()
                #expect(again.status == 0, "\(again)")
            }
        }

        @Test("Files that no run has written stay", .enabled(if: Effort.isFull))
        func foreign() throws {
            try FileTree.withScratch { scratch in
                let training = TinyTraining(in: "\(scratch)/run")
                let names = [
                    "notes.md", "checkpoint-notes.txt", "checkpoint-00000001/weights.bin", "checkpoint-1.json",
                    "checkpoint-00000003.json.old",
                    "best/photograph.png", "best/checkpoint-of-mine.safetensors", ".mine.partial", "checkpoint-00000099.json",
                ]
                for name in names { try FileTree.write("mine: \(name)", to: "\(training.folder)/\(name)") }
                let foreign = try FileTree.snapshot(of: training.folder)
                for launch in [training.begin(), training.resume(), training.begin("--overwrite")] {
                    let ending = try launch.run()
                    #expect(ending.isOrderly, "\(ending)")
                    let after = try FileTree.snapshot(of: training.folder)
                    #expect(foreign.filter { after[$0.key] != $0.value }.keys.sorted() == [], "after \(launch.arguments): \(ending)")
                }
            }
        }

        @Test("A folder that vanishes, moves, or becomes a file ends a training with a message", .enabled(if: Effort.isFull))
        func vanishing() throws {
            try FileTree.withScratch { scratch in
                let training = Self.endless(in: "\(scratch)/run")
                let moved = "\(scratch)/moved"
                let changes: [(String, () throws -> Void)] = [
                    ("removed", { try remove(training.folder) }), ("moved", { try rename(training.folder, moved) }),
                    (
                        "replaced by a file",
                        {
                            try remove(training.folder)
                            try FileTree.write("a file", to: training.folder)
                        }
                    ),
                ]
                for (name, change) in changes {
                    FileTree.remove(training.folder)
                    let program = try training.begin().start()
                    #expect(program.wait { training.hasCheckpoint })
                    try change()
                    let ending = program.wait(atMost: 30)
                    #expect(ending.isOrderly && ending.status != 0, "\(name): \(ending)")
                    #expect(ending.errors.contains(training.folder), "\(name): \(ending)")
                }
                let elsewhere = training.moved(to: moved)
                let step = elsewhere.checkpoints.last ?? 0
                let program = try elsewhere.resume().start()
                #expect(program.wait { (elsewhere.checkpoints.last ?? 0) > step }, "a moved run goes on where it is")
            }
            /// Removes a folder that is written to meanwhile.
            func remove(_ folder: String) throws {
                for _ in 0..<1000 where FileTree.exists(folder) { FileTree.remove(folder) }
            }
            func rename(_ folder: String, _ other: String) throws {
                try FileManager.default.moveItem(atPath: folder, toPath: other)
            }
        }

        @Test("An output that cannot be a folder is refused and stays what it is", .enabled(if: Effort.isFull))
        func impossible() throws {
            try FileTree.withScratch { scratch in
                let file = try FileTree.write("precious", to: "\(scratch)/file")
                try POSIXFailure.check(symlink("/nowhere/at/all", "\(scratch)/dangling"), "link")
                try POSIXFailure.check(symlink("\(scratch)/loop", "\(scratch)/loop"), "link")
                try POSIXFailure.check(mkfifo("\(scratch)/pipe", 0o600), "make a pipe")
                let outputs = [
                    file, "\(file)/below", "", "/proc/run", "\(scratch)/\(String(repeating: "x", count: 300))", "\(scratch)/dangling",
                    "\(scratch)/loop", "\(scratch)/pipe",
                ]
                for output in outputs {
                    let ending = try TinyTraining(in: output).begin().run(atMost: 20)
                    #expect(ending.isOrderly && ending.status != 0, "'\(output.prefix(60))': \(ending)")
                    #expect(!ending.text.contains("NSCocoa"), "'\(output.prefix(60))': \(ending)")
                }
                #expect(FileTree.text(at: file) == "precious")
                // The superuser may write everywhere: somebody else tries.
                let readOnly = "\(scratch)/read-only"
                try FileTree.makeFolder(readOnly)
                chmod(readOnly, 0o555)
                let ending = try TinyTraining(in: "\(readOnly)/run").begin().asNobody(in: scratch).run()
                #expect(ending.isOrderly && ending.status != 0, "\(ending)")
                #expect(ending.errors.contains("ermission") && ending.errors.contains(readOnly), "\(ending)")
            }
        }

        @Test("A limit of the size of files is a message", .enabled(if: Effort.isFull))
        func limitedFiles() throws {
            try FileTree.withScratch { scratch in
                var launch = TinyTraining(in: "\(scratch)/run").begin()
                launch.fileSize = 300
                let ending = try launch.run()
                #expect(ending.isOrderly && ending.status != 0 && ending.errors.contains("arge"), "\(ending)")
            }
        }

        @Test("A disk that fills up costs a message, and with room the training goes on", .enabled(if: Effort.isFull))
        func smallDisks() throws {
            try FileTree.withScratch { scratch in
                let reference = try TinyTraining(in: "\(scratch)/undisturbed").reference()
                let disk = "\(scratch)/disk"
                try FileTree.makeFolder(disk)
                func mount(_ options: String) throws -> Ending {
                    try Launch(program: "/bin/mount", arguments: ["-t", "tmpfs", "-o", options, "tmpfs", disk]).run()
                }
                let kilobytes = [8, 60, 400, 900, 1500, 2200, 3000, 4000]
                for size in kilobytes {
                    let mounted = try mount("size=\(size)k")
                    guard mounted.status == 0 else {
                        Effort.report("small disks: skipped, none can be mounted (\(mounted.reason))")
                        return
                    }
                    defer { umount(disk) }
                    let training = TinyTraining(in: "\(disk)/run")
                    let full = try training.begin().run()
                    #expect(full.isOrderly, "\(size) kB: \(full)")
                    #expect(full.status == 0 || full.errors.contains("space") && full.errors.contains(disk), "\(size) kB: \(full)")
                    #expect(try mount("remount,size=100m").status == 0)
                    let after = try training.goOn().run()
                    #expect(after.status == 0, "\(size) kB, with room: \(after)")
                    guard after.status == 0 else { continue }
                    try expectSameEnd(training, as: reference, "\(size) kB")
                }
                Effort.report("small disks: \(kilobytes.count), all to the same end once there was room")
            }
        }

        @Test("A checkpoint can be used while the training writes the next one", .enabled(if: Effort.isFull))
        func readWhileWritten() throws {
            try FileTree.withScratch { scratch in
                var training = Self.endless(in: "\(scratch)/run")
                training.settings["training.keptCheckpoints"] = "1"
                let photograph = try FileTree.write(PNGImage.gray(side: 32), to: "\(scratch)/photograph.png")
                let program = try training.begin().start()
                #expect(program.wait { training.hasCheckpoint })
                for count in 0..<40 {
                    let ending = try Launch.diffmatch(
                        "predict", "--checkpoint", training.folder, photograph, "--output", "\(scratch)/\(count)"
                    ).run()
                    #expect(ending.status == 0 && program.isRunning, "\(ending)")
                }
            }
        }
    }
}
