import Foundation
import Testing

extension ReliabilityTests {
    /// Measures and manifests that were changed by hand, given to the commands that read them.
    @Suite struct DamagedReportTests {
        @Test("Damaged measures and manifests are answered or refused, never with a trap")
        func damagedReports() throws {
            try FileTree.withScratch { scratch in
                let run = "\(scratch)/run"
                _ = try TinyTraining(in: run, steps: 2).reference()
                let copy = "\(scratch)/copy"
                try FileTree.copy(run, to: copy)
                let measures = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: "\(run)/metrics.json")))
                var damage = Damage(seed: 9)
                var counts = (answered: 0, refused: 0)
                func expectOrder(_ arguments: [String], _ story: String) throws {
                    let ending = try Launch(arguments: arguments).run(atMost: 20)
                    #expect(ending.isOrderly && ending.megabytes < 1024, "\(arguments[0]), \(story): \(ending)")
                    #expect(ending.errors.utf8.count < 20_000, "\(arguments[0]), \(story): a message of \(ending.errors.utf8.count) bytes")
                    if ending.status == 0 { counts.answered += 1 } else { counts.refused += 1 }
                }

                for _ in 0..<(Effort.isFull ? 150 : 2) {
                    let (path, value) = damage.ofValue(measures)
                    let changed = ManifestFile.changed(measures, path[...], value)
                    try Data(JSONSerialization.data(withJSONObject: changed)).write(to: URL(filePath: "\(copy)/metrics.json"))
                    let story = "\(path.joined(separator: ".")) is \(String(describing: value).prefix(40))"
                    try expectOrder(["compare", copy], story)
                    guard Effort.isFull else { continue }
                    try expectOrder(["compare", run, copy, "--shares", "--plots", "\(scratch)/plots"], story)
                    try expectOrder(["compare", copy, "--average", "--means"], story)
                }
                let photograph = try FileTree.write(PNGImage.gray(side: 32), to: "\(scratch)/photograph.png")
                for number in 0..<(Effort.isFull ? 150 : 1) {
                    try FileTree.copy(run, to: copy)
                    FileTree.remove("\(copy)/\(TinyTraining.manifest(1))")
                    var manifest = try ManifestFile(ofStep: 2, in: copy)
                    let (path, value) = damage.ofValue(manifest.content)
                    manifest.set(path, to: value)
                    try manifest.write()
                    let story = "\(path.joined(separator: ".")) is \(String(describing: value).prefix(40))"
                    try expectOrder(["evaluate", "--checkpoint", copy], story)
                    guard Effort.isFull else { continue }
                    try expectOrder(["predict", "--checkpoint", copy, photograph, "--output", "\(scratch)/predicted-\(number)"], story)
                }
                Effort.report("damaged measures and manifests: \(counts.answered + counts.refused) runs; \(counts.refused) refused")
            }
        }
    }
}
