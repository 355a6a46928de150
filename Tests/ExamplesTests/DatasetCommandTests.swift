import DMDatasets
import DMFormats
import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite struct DatasetCommandTests {
    /// A user's data set of five images, the fourth without a mask, the fifth for validation.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "diffmatch-\(UUID())").path
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: root) } }
        for folder in ["images", "masks"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        try AtomicFile.write(#"{"classes": [{"name": "land"}, {"name": "water"}]}"#, to: "\(root)/classes.json")
        for index in 0..<5 {
            try ImageFile.write(Tensor(repeating: UInt8(40 * index), shape: [6, 8, 3]), to: "\(root)/images/\(index).png")
            let labels = Tensor((0..<48).map { UInt8($0 % 8 == 7 ? 255 : $0 % 3 == 0 ? 1 : 0) }, shape: [6, 8])
            if index != 3 { try ImageFile.write(LabelMap(labels), to: "\(root)/masks/\(index).png") }
        }
        try AtomicFile.write("4\n", to: "\(root)/val.txt")
        try body(root)
    }

    private func diffmatch(_ arguments: String..., root: String) throws -> ExampleRun {
        try ExampleRun(
            of: "diffmatch", arguments: arguments + ["--set", "dataset.name=folder", "--set", "dataset.root=\(root)"])
    }

    private func json(_ path: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any])
    }

    @Test func verifyCountsAndListsAllFaults() throws {
        try withFolder { root in
            let good = try diffmatch("verify", "--json", "\(root)/good.json", root: root)
            #expect(good.status == 0 && good.lines.last == "no faults", "\(good.errors)")
            let found = try json("\(root)/good.json")
            #expect(found["counts"] as? [String: Int] == ["train": 4, "val": 1, "test": 0])
            #expect((found["classPixels"] as? [String: [Int]])?["train"] == [84, 42])
            #expect((found["faults"] as? [Any])?.isEmpty == true)

            try Data("no image".utf8).write(to: URL(filePath: "\(root)/images/1.png"))
            try ImageFile.write(LabelMap(Tensor(repeating: 2, shape: [6, 8])), to: "\(root)/masks/2.png")
            let bad = try diffmatch("verify", "--json", "\(root)/bad.json", root: root)
            #expect(bad.status == 1 && bad.lines.last == "2 faults")
            let faults = try #require(try json("\(root)/bad.json")["faults"] as? [[String: String]])
            #expect(Set(faults.compactMap { $0["path"] }) == ["\(root)/images/1.png", "\(root)/masks/2.png"])
            #expect(Set(faults.compactMap { $0["kind"] }) == ["unreadable", "badLabel"])
            #expect(faults.allSatisfy { $0["message"]?.isEmpty == false })

            let none = try diffmatch("verify", "--json", "\(root)/none.json", root: "\(root)/nowhere")
            #expect(none.status == 1)
            #expect((try json("\(root)/none.json")["faults"] as? [[String: String]])?.first?["kind"] == "missing")
        }
    }

    @Test func partitionWritesListsThatReadBack() throws {
        try withFolder { root in
            let lists = "\(root)/lists"
            let drawn = try diffmatch("partition", "--fraction", "1/3", "--seed", "4", "--output", lists, root: root)
            #expect(drawn.status == 0 && drawn.lines.count == 2, "\(drawn.errors)")
            #expect(drawn.lines[0].contains("labeled.txt: 1 images, SHA-256 ") && drawn.lines[1].contains("3 images"))
            let list = "dataset.labeledList=\(lists)/labeled.txt"
            let again = try diffmatch("partition", "--output", "\(root)/again", "--set", list, root: root)
            #expect(again.status == 0, "\(again.errors)")
            #expect(try FileBytes.read("\(root)/again/labeled.txt") == FileBytes.read("\(lists)/labeled.txt"))
            let verified = try diffmatch("verify", "--set", list, root: root)
            #expect(verified.lines.contains("labeled: 1 images") && verified.lines.contains("unlabeled: 3 images"))
            let wrong = try diffmatch("partition", "--fraction", "2", "--output", lists, root: root)
            #expect(wrong.status != 0 && wrong.errors.first?.contains("dataset.labeledFraction") == true)
        }
    }

    @Test func evaluateScoresPredictionsInFiles() throws {
        try withFolder { root in
            let run = try diffmatch(
                "evaluate", "--predictions", "\(root)/masks", "--split", "val", "--json", "\(root)/scores.json", root: root)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try json("\(root)/scores.json")["mIoU"] as? Double == 1)
            let empty = try diffmatch("evaluate", "--predictions", "\(root)/images", "--split", "test", root: root)
            #expect(empty.status != 0 && empty.errors.first?.contains("no images in its test part") == true)
            let both = try diffmatch("evaluate", "--predictions", "\(root)/masks", "--checkpoint", root, root: root)
            #expect(both.status != 0 && both.errors.first?.contains("either --checkpoint or --predictions") == true)
        }
    }
}
