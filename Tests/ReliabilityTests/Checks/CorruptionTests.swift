import Foundation
import Testing

extension ReliabilityTests {
    /// Files of a stopped training that are damaged before it goes on.
    @Suite struct CorruptionTests {
        /// A training that was killed when it had the checkpoints of steps 2, 3 and 4, and what it comes to undisturbed.
        private struct Stopped {
            let training: TinyTraining
            /// A copy of the folder as it was when the training was killed.
            let copy: String
            let reference: RunContent
            /// The number of records at the end.
            let recordCount: Int

            init(in scratch: String) throws {
                training = TinyTraining(in: "\(scratch)/disk/run", steps: 5, ["training.keptCheckpoints": "3"])
                copy = "\(scratch)/stopped"
                try FileTree.makeFolder("\(scratch)/disk")
                let faulty = try FaultyCalls(below: "\(scratch)/disk", scratch: scratch)
                _ = try faulty.logging(training.begin(), to: "\(scratch)/log").run()
                reference = try RunContent(of: training.folder)
                recordCount = training.recordCount
                let calls = try FaultyCalls.calls(in: "\(scratch)/log")
                guard let last = calls.firstIndex(where: { $0.path.hasSuffix(".partial") && $0.path.contains("run/.checkpoint-00000005") })
                else { throw CheckFailure("the training writes no checkpoint of step 5") }
                FileTree.remove(training.folder)
                _ = try faulty.failing(training.begin(), at: last + 1, .kills).run()
                guard training.checkpoints == [2, 3, 4] else { throw CheckFailure("stopped with \(training.checkpoints)") }
                try FileTree.copy(training.folder, to: copy)
            }

            /// The files of a name's beginning and ending, such as the arrays of a step, whose names hold a digest.
            func file(_ beginning: String, _ ending: String) throws -> String {
                let found = FileTree.files(below: copy).first { $0.hasPrefix(beginning) && $0.hasSuffix(ending) }
                guard let found else { throw CheckFailure("there is no file \(beginning)…\(ending)") }
                return found
            }

            /// Puts the folder back as it was when the training was killed.
            func restore() throws { try FileTree.copy(copy, to: training.folder) }
        }

        /// How a training took a damage.
        private enum Verdict: String {
            case withoutEffect = "without effect"
            case fellBack = "fell back with a word"
            case refused = "refused"
            case otherRecords = "went on with what was left of the records"
        }

        private typealias Change = (inout Damage, [UInt8]) throws -> (bytes: [UInt8]?, story: String)

        @Test("A damaged file of a stopped training is noticed: the end is the same, or the training is refused")
        func damagedFiles() throws {
            try FileTree.withScratch { scratch in
                let stopped = try Stopped(in: scratch)
                let bytes: Change = { $0.ofBytes($1) }
                let digit: Change = { $0.ofDigit($1) }
                let deleted: Change = { (nil, "deleted after \($1.count) bytes") }
                let manifest = TinyTraining.manifest(4)
                let groups: [(file: String, change: Change, full: Int, quick: Int)] = [
                    (try stopped.file("checkpoint-00000004-", ".safetensors"), bytes, 60, 1),
                    (try stopped.file("checkpoint-00000004-", ".safetensors"), deleted, 1, 0),
                    (manifest, bytes, 120, 0), (manifest, digit, 60, 1), (manifest, deleted, 1, 0),
                    (
                        manifest,
                        {
                            try (
                                $1.isEmpty ? nil : FileTree.bytes(at: "\(stopped.copy)/\(TinyTraining.manifest(3))"), "that of step 3 \($0)"
                            )
                        }, 1, 0
                    ),
                    (manifest, { (Array(repeating: UInt8(ascii: "["), count: 100_000), "100,000 brackets \($0) \($1.count)") }, 1, 0),
                    ("config.yaml", bytes, 20, 0), ("config.yaml", deleted, 1, 0), ("records.jsonl", bytes, 40, 1),
                    ("records.jsonl", deleted, 1, 0), (try stopped.file("best/", ".json"), bytes, 20, 0),
                    (try stopped.file("best/", ".json"), digit, 10, 0), (try stopped.file("best/", ".json"), deleted, 1, 0),
                    (try stopped.file("best/", ".safetensors"), bytes, 15, 0), (try stopped.file("best/", ".safetensors"), deleted, 1, 0),
                ]
                var damage = Damage(seed: 8)
                var counts: [Verdict: Int] = [:]
                for (file, change, full, quick) in groups {
                    for _ in 0..<(Effort.isFull ? full : quick) {
                        try stopped.restore()
                        let path = "\(stopped.training.folder)/\(file)"
                        let before = try FileTree.bytes(at: path)
                        let (after, story) = try change(&damage, before)
                        if let after { try FileTree.write(after, to: path) } else { FileTree.remove(path) }
                        guard after != before else { continue }
                        counts[try verdict(of: stopped, damaged: file, before, after ?? [], "\(file), \(story)"), default: 0] += 1
                    }
                }
                report("damaged files", counts)
            }
        }

        @Test("A manifest whose digest fits and whose content does not is refused, or has no effect", .enabled(if: Effort.isFull))
        func forgedManifests() throws {
            try FileTree.withScratch { scratch in
                let stopped = try Stopped(in: scratch)
                let huge = 1 << 62
                let chosen: [(path: [String], value: Any?)] = [
                    (["step"], 3), (["step"], 5), (["step"], 6), (["step"], -1), (["step"], huge), (["step"], Int.max),
                    (["step"], Int.min), (["state", "classCount"], 11), (["state", "classCount"], 0), (["state", "classCount"], -1),
                    (["state", "classCount"], 1_000_000_000), (["state", "classCount"], huge), (["state", "classCount"], 1),
                    (["state", "prior", "average"], [Double]()), (["state", "prior", "average", "0"], nil),
                    (["state", "prior", "average", "0"], "nan"), (["state", "prior", "average", "0"], -1),
                    (["state", "prior", "average", "0"], "inf"), (["state", "prior", "average"], [Double](repeating: 0, count: 10)),
                    (["state", "prior", "updateCount"], -5), (["state", "best", "mIoU"], "nan"), (["state", "best", "step"], -99),
                    (["state", "seconds"], "nan"), (["state", "seconds"], -1), (["state", "seconds"], 1e308),
                    (["state", "classes", "names"], [String]()), (["state", "classes", "colors"], [String]()),
                    (["arrays", "file"], "../../../../../../etc/hostname"), (["arrays", "file"], ""), (["arrays", "file"], "best"),
                    (["arrays", "bytes"], -1), (["format"], 3), (["format"], 1), (["state"], nil), (["state", "configuration"], ""),
                    (["state", "configuration"], Self.doublingAliases),
                ]
                var counts: [Verdict: Int] = [:]
                for (path, value) in chosen {
                    try stopped.restore()
                    var manifest = try ManifestFile(ofStep: 4, in: stopped.training.folder)
                    manifest.set(path, to: value)
                    try manifest.write()
                    let story = "\(path.joined(separator: ".")) is \(String(describing: value).prefix(60))"
                    counts[try forgedVerdict(of: stopped, story), default: 0] += 1
                }
                let settings = [
                    ("name: adamw", "name: sgd"), ("channels: 8", "channels: 9"), ("classes: 10", "classes: 11"),
                    ("classes: 10", "classes: 9"),
                    ("steps: 5", "steps: 1"), ("heads: 2", "heads: 16"), ("method: diffmatch", "method: supervised"),
                    ("name: compact", "name: resnet101"), ("side: 32", "side: 1024"),
                ]
                for (old, new) in settings {
                    try stopped.restore()
                    var manifest = try ManifestFile(ofStep: 4, in: stopped.training.folder)
                    let path = ["state", "configuration"]
                    let text = manifest.value(at: path) as? String ?? ""
                    #expect(text.contains(old), "\(old) is in the configuration")
                    manifest.set(path, to: text.replacing(old, with: new))
                    try manifest.write()
                    counts[try forgedVerdict(of: stopped, "\(old) becomes \(new)"), default: 0] += 1
                }
                report("manifests whose digest fits", counts)
            }
        }

        @Test(
            "Arrays whose digest fits and whose content does not are refused, by resuming and by evaluating", .enabled(if: Effort.isFull))
        func forgedArrays() throws {
            try FileTree.withScratch { scratch in
                let stopped = try Stopped(in: scratch)
                let content = try SafetensorsContent(
                    FileTree.bytes(at: "\(stopped.copy)/\(stopped.file("checkpoint-00000004-", ".safetensors"))"))
                func array(_ beginning: String, _ ending: String = "weight") throws -> String {
                    let found = content.arrays.keys.sorted().first { $0.hasPrefix(beginning) && $0.hasSuffix(ending) }
                    guard let found else { throw CheckFailure("no array \(beginning)…\(ending)") }
                    return found
                }
                let (student, average, moment) = (try array("student."), try array("average."), try array("optimizer.m."))
                func without(_ beginning: String) -> (inout SafetensorsContent) -> Void {
                    { content in content.arrays = content.arrays.filter { !$0.key.hasPrefix(beginning) } }
                }
                func flattened(_ name: String) -> (inout SafetensorsContent) -> Void {
                    { content in
                        let count = (content.arrays[name]?.data.count ?? 0) / 4
                        content.arrays[name]?.description["shape"] = [count]
                    }
                }
                let changes: [(String, (inout SafetensorsContent) -> Void)] = [
                    ("a weight is no number", { $0.poke(student, .nan) }), ("an averaged weight is no number", { $0.poke(average, .nan) }),
                    ("an averaged weight is infinite", { $0.poke(average, .infinity) }),
                    ("a moment is no number", { $0.poke(moment, .nan) }),
                    ("the optimizer's step is no number", { $0.poke("optimizer.step", .nan) }),
                    ("the optimizer's step is infinite", { $0.poke("optimizer.step", .infinity) }),
                    ("the optimizer's step is -5", { $0.poke("optimizer.step", -5) }),
                    ("the optimizer's step is 1e30", { $0.poke("optimizer.step", 1e30) }), ("no moments", without("optimizer.m.")),
                    ("no optimizer", without("optimizer.")), ("no student", without("student.")), ("no average", without("average.")),
                    ("a moment is missing", without(moment)), ("a moment of another shape", flattened(moment)),
                    ("a weight of another shape", flattened(student)), ("the optimizer's step is missing", without("optimizer.step")),
                ]
                var counts: [Verdict: Int] = [:]
                for (story, change) in changes {
                    try stopped.restore()
                    for step in [2, 3] {
                        for file in FileTree.names(in: stopped.training.folder) where file.hasPrefix("checkpoint-0000000\(step)") {
                            FileTree.remove("\(stopped.training.folder)/\(file)")
                        }
                    }
                    var manifest = try ManifestFile(ofStep: 4, in: stopped.training.folder)
                    try manifest.writeArrays(change)
                    let evaluated = try Launch.diffmatch("evaluate", "--checkpoint", stopped.training.folder).run(atMost: 30)
                    #expect(evaluated.isOrderly, "\(story), evaluated: \(evaluated)")
                    counts[try forgedVerdict(of: stopped, story), default: 0] += 1
                }
                report("arrays whose digest fits", counts)
            }
        }

        /// YAML of a kilobyte that takes 2^40 steps where aliases are followed.
        private static let doublingAliases = "a0: &a0 [x]\n" + (1...40).map { "a\($0): &a\($0) [*a\($0 - 1),*a\($0 - 1)]\n" }.joined()

        /// Resumes a training with a damaged file, and judges.
        private func verdict(
            of stopped: Stopped, damaged file: String, _ before: [UInt8], _ after: [UInt8], _ story: String
        ) throws -> Verdict {
            let ending = try stopped.training.resume().run(atMost: 40)
            #expect(ending.isOrderly, "\(story): \(ending)")
            guard ending.status == 0 else { return .refused }
            let isSaid = ending.text.contains("warning")
            let differences = try RunContent(of: stopped.training.folder).differences(from: stopped.reference)
            if file == "records.jsonl", differences == [file] {
                try expectRecords(of: stopped, before, after, isSaid: isSaid, "\(story): \(ending)")
                return .otherRecords
            }
            // What was best so far cannot be made again; that it is lost has to be told.
            if file.hasPrefix("best/"), isSaid, differences.allSatisfy({ $0.contains("best") }) { return .fellBack }
            #expect(differences == [], "\(story): another end, \(isSaid ? "with" : "without") a word: \(ending)")
            return isSaid ? .fellBack : .withoutEffect
        }

        /// Records that were not damaged stay, and a loss is told.
        private func expectRecords(of stopped: Stopped, _ before: [UInt8], _ after: [UInt8], isSaid: Bool, _ story: String) throws {
            let newline = UInt8(ascii: "\n")
            let intact = Set(after.split(separator: newline)).intersection(before.split(separator: newline)).count
            let kept = stopped.training.recordCount
            let isComplete = kept >= stopped.recordCount - (before.split(separator: newline).count - intact)
            #expect(isComplete, "\(kept) of \(stopped.recordCount) records: \(story)")
            #expect(isSaid || kept == stopped.recordCount, "\(stopped.recordCount - kept) records are lost without a word: \(story)")
        }

        /// Resumes a training from a checkpoint that no training has written; what it comes to is nobody's promise.
        private func forgedVerdict(of stopped: Stopped, _ story: String) throws -> Verdict {
            let ending = try stopped.training.resume().run(atMost: 40)
            #expect(ending.isOrderly, "\(story): \(ending)")
            #expect(ending.status == 0 || !ending.errors.isEmpty, "\(story): refused without a word")
            #expect(ending.megabytes < 1024, "\(story): \(ending)")
            guard ending.status == 0 else { return .refused }
            return ending.text.contains("warning") ? .fellBack : .withoutEffect
        }

        private func report(_ what: String, _ counts: [Verdict: Int]) {
            let parts = counts.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key.rawValue)" }
            Effort.report("\(what): \(counts.values.reduce(0, +)); \(parts.joined(separator: ", "))")
        }
    }
}
