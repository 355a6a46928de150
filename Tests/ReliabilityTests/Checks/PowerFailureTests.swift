import Foundation
import Testing

extension ReliabilityTests {
    /// A power failure after each call that changes a run's folder.
    @Suite struct PowerFailureTests {
        /// A state of the disk, and what was promised when it came about.
        private struct Moment {
            let state: DiskModel.State
            /// The newest step whose checkpoint was on the disk for sure; -1 before there was one.
            let safeStep: Int
            let story: String
        }

        @Test("A training goes on from every state that a power failure may leave, to the same end and with the same records")
        func everyState() throws {
            try FileTree.withScratch { scratch in
                let disk = "\(scratch)/disk"
                try FileTree.makeFolder(disk)
                let training = TinyTraining(in: "\(disk)/run")
                let logged = try FaultyCalls(below: disk, scratch: scratch).logging(training.begin(), to: "\(scratch)/log").run()
                #expect(logged.status == 0, "\(logged)")
                let reference = try RunContent(of: training.folder)
                let calls = try FaultyCalls.calls(in: "\(scratch)/log")

                let (moments, atEnd) = moments(of: calls, training)
                let unsafe = atEnd.seen.content.filter { !RunContent.isClaim($0.key) && atEnd.forced.content[$0.key] != $0.value }
                #expect(unsafe.keys.sorted() == [], "what a finished training leaves is on the disk for sure")
                #expect(moments.last?.safeStep == 4, "so is the last checkpoint")
                var (resumed, withoutCheckpoint) = (0, 0)
                for moment in Effort.cases(of: moments, quick: 2, seed: moments.count / 2) {
                    FileTree.remove(training.folder)
                    try moment.state.write()
                    if try goesOn(training, from: moment, to: reference) { resumed += 1 } else { withoutCheckpoint += 1 }
                }
                Effort.report(
                    """
                    power failures: \(calls.count) calls, \(moments.count) different states; \(resumed) resumed, \(withoutCheckpoint) \
                    without a checkpoint began anew
                    """)
            }
        }

        /// The different states after each call, and the disk at the end.
        private func moments(of calls: [FaultyCalls.Call], _ training: TinyTraining) -> (moments: [Moment], atEnd: DiskModel) {
            var (disk, safeStep, seen, moments) = (DiskModel(root: parent(of: training.folder)), -1, [DiskModel.State: Int](), [Moment]())
            for (number, call) in calls.enumerated() {
                disk.apply(call)
                if call.kind == .sync { safeStep = max(safeStep, self.safeStep(in: disk.forced, training)) }
                for state in disk.states where seen[state, default: -2] < safeStep {
                    seen[state] = safeStep
                    let name = URL(filePath: call.path).lastPathComponent
                    moments.append(
                        Moment(state: state, safeStep: safeStep, story: "\(state.story), after call \(number + 1) (\(call.kind) \(name))"))
                }
            }
            return (moments, disk)
        }

        /// The newest step that has a manifest on the disk; its arrays have to be there too.
        private func safeStep(in state: DiskModel.State, _ training: TinyTraining) -> Int {
            let prefix = "\(training.folder)/"
            let steps = state.content.keys.filter { $0.hasPrefix(prefix) }.compactMap {
                $0.dropFirst(prefix.count).wholeMatch(of: /checkpoint-(\d+)\.json/).flatMap { Int($0.1) }
            }
            return steps.max() ?? -1
        }

        private func parent(of path: String) -> String { URL(filePath: path).deletingLastPathComponent().path }

        /// Whether a training resumes, or else, without a checkpoint, begins anew; either way the end has to be the same.
        private func goesOn(_ training: TinyTraining, from moment: Moment, to reference: RunContent) throws -> Bool {
            let resumption = try training.resume().run()
            let resumes = resumption.status == 0
            if resumes {
                let begun = resumption.output.firstMatch(of: /from step (\d+)/).flatMap { Int($0.1) } ?? 0
                #expect(begun >= moment.safeStep, "\(moment.story): step \(moment.safeStep) was safe, and it went on from \(begun)")
            } else {
                #expect(moment.safeStep < 0 && resumption.isOrderly, "\(moment.story): \(resumption)")
                #expect(resumption.errors.contains("checkpoint"), "\(moment.story): \(resumption)")
                let anew = try training.begin("--overwrite").run()
                #expect(anew.status == 0, "\(moment.story), begun anew: \(anew)")
            }
            // A checkpoint whose removal was lost harms nobody.
            try expectSameEnd(training, as: reference, sparingOlderCheckpoints: true, moment.story)
            return resumes
        }
    }
}
