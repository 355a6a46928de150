import Foundation
import Glibc
import Testing

extension ReliabilityTests {
    /// Each call that changes a run's folder goes wrong once.
    ///
    /// SQLite's tests of full disks and of failing input and output do the same with every call of a database.
    @Suite struct FailingCallTests {
        /// What goes wrong with a call.
        struct Fault: CustomTestStringConvertible {
            let name: String
            let action: FaultyCalls.Action
            /// What the message has to say of the reason; nil where the program is killed.
            let reason: String?
            /// The calls that it may happen to.
            let kinds: Set<FaultyCalls.Call.Kind>

            var testDescription: String { name }
        }

        private static let all: Set<FaultyCalls.Call.Kind> = [.create, .write, .resize, .sync, .rename, .link, .remove, .folder]
        private static let faults = [
            Fault(name: "disk full", action: .failsFromThere(ENOSPC), reason: "space", kinds: [.create, .write, .link, .folder]),
            Fault(name: "quota used up", action: .failsFromThere(EDQUOT), reason: "quota", kinds: [.create, .write, .folder]),
            Fault(name: "input/output error", action: .fails(EIO), reason: "nput/output error", kinds: all),
            Fault(
                name: "read-only file system", action: .fails(EROFS), reason: "ead-only",
                kinds: [.create, .rename, .link, .remove, .folder, .resize]),
            Fault(name: "killed at the call", action: .kills, reason: nil, kinds: all),
            Fault(name: "killed in the middle of a write", action: .tears, reason: nil, kinds: [.write]),
        ]

        @Test("A call that fails costs one clear message, and the training goes on afterwards to the same end")
        func everyCall() throws {
            try FileTree.withScratch { scratch in
                let disk = "\(scratch)/disk"
                try FileTree.makeFolder(disk)
                let training = TinyTraining(in: "\(disk)/run", steps: 3)
                let faulty = try FaultyCalls(below: disk, scratch: scratch)
                let logged = try faulty.logging(training.begin(), to: "\(scratch)/log").run()
                #expect(logged.status == 0, "\(logged)")
                let reference = try RunContent(of: training.folder)
                let calls = try FaultyCalls.calls(in: "\(scratch)/log")
                var counts: [String] = []
                for fault in Effort.cases(of: Self.faults, quick: 3) {
                    let numbers = calls.indices.filter { fault.kinds.contains(calls[$0].kind) }.map { $0 + 1 }
                    let tried = Effort.cases(of: numbers, quick: 1, seed: numbers.count * 2 / 3)
                    for number in tried {
                        FileTree.remove(training.folder)
                        let ending = try faulty.failing(training.begin(), at: number, fault.action).run()
                        let call = calls[number - 1]
                        let story = "\(fault.name), call \(number) (\(call.kind) \(URL(filePath: call.path).lastPathComponent))"
                        expectMessage(ending, fault, call.path, story, below: disk)
                        let after = try training.goOn().run()
                        #expect(after.status == 0, "\(story), going on: \(after)")
                        guard after.status == 0 else { continue }
                        try expectSameEnd(training, as: reference, story)
                    }
                    counts.append("\(fault.name) \(tried.count)")
                }
                Effort.report("failing calls: \(calls.count) calls a training; tried: \(counts.joined(separator: ", "))")
            }
        }

        private func expectMessage(_ ending: Ending, _ fault: Fault, _ path: String, _ story: String, below disk: String) {
            guard let reason = fault.reason else {
                #expect(ending.signal == SIGKILL, "\(story): \(ending)")
                return
            }
            // Who trains in the folder is written for others alone.
            if RunContent.isClaim(path), ending.status == 0 { return }
            // What a training can do without, such as the removal of an old checkpoint, may be a warning.
            #expect(ending.isOrderly && (ending.status != 0 || ending.text.contains("warning")), "\(story): \(ending)")
            #expect(ending.text.contains(reason) && ending.text.contains(disk), "\(story): \(ending)")
            #expect(!ending.text.contains("NSCocoa"), "\(story): \(ending)")
        }
    }
}
