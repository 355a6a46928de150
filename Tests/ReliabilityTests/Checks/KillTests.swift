import Foundation
import Glibc
import Testing

extension ReliabilityTests {
    /// SIGKILL at random moments.
    @Suite struct KillTests {
        /// A training that is killed, and how it goes on.
        struct Storm: CustomTestStringConvertible {
            var name: String
            /// The settings besides those of every tiny training.
            var settings: [String: String]
            /// The numbers of threads, one of which each resumption takes.
            var threads = [1]
            /// The share of all kills, in percent.
            var share: Int
            var isQuick = false

            var testDescription: String { name }
        }

        private static let storms = [
            Storm(name: "DiffMatch on one thread", settings: [:], share: 30, isQuick: true),
            Storm(name: "supervised on one thread", settings: ["method": "supervised"], share: 20),
            Storm(name: "DiffMatch on two threads", settings: ["training.threads": "2"], threads: [2], share: 20),
            Storm(name: "DiffMatch, threads that change", settings: [:], threads: [1, 2, 3, 4], share: 20),
            Storm(
                name: "DiffMatch, large arrays", settings: ["encoder.channels": "48", "decoder.channels": "64", "augmentation.crop": "16"],
                share: 10),
        ]

        /// What the kills of a storm did.
        private struct Count {
            var kills = 0, insideAWrite = 0, beforeACheckpoint = 0, finishedRuns = 0
        }

        @Test(
            "A run that is killed at any moment ends bit-equal to one that is not", arguments: storms.filter { Effort.isFull || $0.isQuick }
        )
        func killed(storm: Storm) throws {
            try FileTree.withScratch { scratch in
                let training = TinyTraining(in: "\(scratch)/killed", steps: Effort.isFull ? 12 : 6, storm.settings)
                let reference = training.moved(to: "\(scratch)/undisturbed")
                let begun = ContinuousClock.now
                _ = try reference.reference()
                let duration = (ContinuousClock.now - begun) / .seconds(1)
                let expected = try RunContent(of: reference.folder, ignoresThreads: true)
                let wanted = Effort.isFull ? Effort.kills * storm.share / 100 : Effort.kills
                var random = SeededChoice(seed: UInt64(storm.share))
                var count = Count()
                while count.kills < wanted {
                    // As often before the first checkpoint as after the last.
                    let moment = Double.random(in: 0..<duration, using: &random)
                    let isAimed = Int.random(in: 0..<3, using: &random) == 0
                    let threads = storm.threads.randomElement(using: &random) ?? 1
                    if try kill(training, after: moment, isAimed: isAimed, threads: threads, &count) {
                        try expectEqual(training, expected, &count)
                        FileTree.remove(training.folder)
                    }
                }
                let last = try training.goOn().run()
                #expect(last.status == 0, "the last resumption: \(last)")
                try expectEqual(training, expected, &count)
                Effort.report(
                    """
                    kills, \(storm.name): \(count.kills) kills, \(count.insideAWrite) inside a write, \(count.beforeACheckpoint) before \
                    the first checkpoint; \(count.finishedRuns) finished runs
                    """)
            }
        }

        /// Runs a training until a moment, or if it is aimed until the next write then; true where it was finished by then.
        private func kill(
            _ training: TinyTraining, after moment: Double, isAimed: Bool, threads: Int, _ count: inout Count
        ) throws -> Bool {
            let (hadCheckpoint, unfinished) = (training.hasCheckpoint, Set(RunContent.partials(below: training.folder)))
            let program = try training.goOn("--set", "training.threads=\(threads)").start()
            _ = program.wait(atMost: moment) { false }
            if isAimed { _ = program.wait { !unfinished.isSuperset(of: RunContent.partials(below: training.folder)) } }
            program.send(SIGKILL)
            let ending = program.wait()
            guard ending.signal == SIGKILL else {
                guard ending.status == 0 else { throw CheckFailure("after \(count.kills) kills: \(ending)") }
                return true
            }
            count.kills += 1
            if !hadCheckpoint { count.beforeACheckpoint += 1 }
            if !unfinished.isSuperset(of: RunContent.partials(below: training.folder)) { count.insideAWrite += 1 }
            return false
        }

        private func expectEqual(_ training: TinyTraining, _ expected: RunContent, _ count: inout Count) throws {
            count.finishedRuns += 1
            let found = try RunContent(of: training.folder, ignoresThreads: true)
            #expect(found.differences(from: expected) == [], "after \(count.kills) kills")
            #expect(RunContent.partials(below: training.folder) == [], "what killed writes left is cleared away")
        }
    }
}
