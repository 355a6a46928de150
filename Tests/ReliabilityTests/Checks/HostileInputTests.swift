import Foundation
import Testing

extension ReliabilityTests {
    /// Small files that are made to harm: each is answered, or refused in a few words, soon and with little memory.
    @Suite struct HostileInputTests {
        /// The most processor time that an answer may take, in seconds.
        private static let seconds = 10.0
        /// The longest that it may take on a machine that does other things too, in seconds.
        private static let wait = 120.0
        /// The most memory that an answer may take, in megabytes.
        private static let megabytes = 1024.0
        /// The longest message, in bytes.
        private static let message = 20_000

        /// Inputs of a kind.
        struct Group: CustomTestStringConvertible, Sendable {
            let name: String
            let cases: @Sendable () -> [HostileCase]
            var testDescription: String { name }
        }

        private static let groups = [
            Group(name: "configurations") { HostileCase.configurations }, Group(name: "PNG") { HostileCase.portableNetworkGraphics },
            Group(name: "JPEG") { HostileCase.jpegs }, Group(name: "COCO annotations") { HostileCase.annotations },
            Group(name: "folders of images") { HostileCase.folders }, Group(name: "special files") { HostileCase.specialFiles },
            Group(name: "safetensors") { HostileCase.safetensors }, Group(name: "PyTorch files") { HostileCase.pytorch },
        ]

        @Test("A hostile file is answered or refused within 10 s of a processor and 1 GB, in few words", arguments: groups)
        func answered(group: Group) throws {
            try FileTree.withScratch { scratch in
                let workshop = Workshop(folder: scratch)
                let cases = group.cases().filter { Effort.isFull || $0.isQuick }
                var (slowest, largest) = ((seconds: 0.0, name: ""), (megabytes: 0.0, name: ""))
                for hostile in cases {
                    let ending = try hostile.make(workshop).run(atMost: Self.wait)
                    expectOrder(hostile, ending)
                    if ending.processorSeconds > slowest.seconds { slowest = (ending.processorSeconds, hostile.name) }
                    if ending.megabytes > largest.megabytes { largest = (ending.megabytes, hostile.name) }
                }
                Effort.report(
                    """
                    hostile inputs, \(group.name): \(cases.count); the slowest \(String(format: "%.2f", slowest.seconds)) s (\(slowest.name)), the \
                    largest \(Int(largest.megabytes)) MB (\(largest.name))
                    """)
            }
        }

        private func expectOrder(_ hostile: HostileCase, _ ending: Ending) {
            let statuses: [Int32] = hostile.isGood ? [0] : [0, 1, 64]
            #expect(ending.status.map(statuses.contains) == true, "\(hostile.name): \(ending)")
            #expect(ending.processorSeconds < Self.seconds, "\(hostile.name): \(ending)")
            #expect(ending.megabytes < Self.megabytes, "\(hostile.name): \(ending)")
            #expect(ending.errors.utf8.count < Self.message, "\(hostile.name): a message of \(ending.errors.utf8.count) bytes")
            #expect(ending.status == 0 || !ending.text.isEmpty, "\(hostile.name): status \(ending.status ?? -1) without a word")
        }
    }
}
