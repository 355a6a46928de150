import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Lists of samples")
struct SampleListTests {
    static let known = ["a": 0, "b": 1, "c d": 2]

    private func resolved(_ text: String) throws -> (indices: [Int], faults: [DatasetError]) {
        try Tree.temporary { tree in
            try tree.text("list.txt", text)
            return try SampleList(path: tree.path("list.txt")).resolved(among: Self.known) { [$0] }
        }
    }

    @Test(
        "line ends, blank lines, spaces around lines and a byte order mark mean nothing",
        arguments: ["b\na\n", "b\r\na\r\n", "b\ra", "\n\nb  \n \t\n\ta\n\n", "\u{FEFF}b\na", "b\u{85}a"])
    func lines(text: String) throws {
        let (indices, faults) = try resolved(text)
        #expect(indices == [1, 0] && faults.isEmpty)
    }

    @Test("a name may have spaces, and a mask may follow it after a space or a tab")
    func spaces() throws {
        #expect(try resolved("c d\n").indices == [2])
        #expect(try resolved("c d c d.png\na masks/a.png\nb\tx\n").indices == [2, 0, 1])
    }

    @Test("a longer name is not that of another sample with a mask behind it", arguments: ["a (1).png", "a x", "b copy.png", "a b"])
    func longerNames(line: String) throws {
        let (indices, faults) = try resolved(line)
        #expect(indices == [] && faults.map(\.kind) == [.unknownSample] && faults[0].message.contains("'\(line)'"))
    }

    @Test("of very many unknown or repeated lines the first are told, and their number", .timeLimit(.minutes(1)))
    func many() throws {
        let (indices, faults) = try resolved(String(repeating: "nobody\n", count: 50) + String(repeating: "a\n", count: 30))
        #expect(indices == [0] && faults.count == 22)
        #expect(faults[9].path.hasSuffix(":10") && faults[10].path.hasSuffix(":52"))
        #expect(
            faults.suffix(2).map(\.message) == [
                "19 more lines like these: 29 repeated samples in all", "40 more lines like these: 50 unknown samples in all",
            ])
        let endless = try resolved(String(repeating: "x\n", count: 150_000)).faults
        #expect(endless.last?.path.hasSuffix(":100001") == true && endless.count == 12)
    }

    @Test("names with many blanks, and a mask of as many")
    func manyBlanks() throws {
        let name = (0..<40).map { "w\($0)" }.joined(separator: " ")
        try Tree.temporary { tree in
            try tree.text("classes.json", UserFolderTests.classes)
            try tree.image("images/\(name).png")
            try tree.mask("masks/\(name).png", [0, 1])
            try tree.text("val.txt", "images/\(name).png masks/\(name).png\n")
            let own = try FileDataset(.folder, root: tree.root)
            #expect(own.faults == [] && own.samples(of: .validation).identifiers == [name])
        }
    }

    @Test("a line of thousands of words takes no time and is not quoted whole", arguments: [2_000, 20_000, 1_000_000])
    func words(count: Int) throws {
        let clock = ContinuousClock()
        var faults: [DatasetError] = []
        let time = try clock.measure { faults = try resolved(String(repeating: "a ", count: count)).faults }
        #expect(faults.count == 1 && faults[0].message.utf8.count < 150 && time < .seconds(5))
    }

    @Test("unknown and repeated names are told with their lines")
    func faults() throws {
        let (indices, faults) = try resolved("a\nnobody\n\na\n")
        #expect(indices == [0])
        #expect(faults.map(\.kind) == [.unknownSample, .duplicate])
        #expect(faults[0].path.hasSuffix("list.txt:2") && faults[0].message.contains("'nobody'"))
        #expect(faults[1].path.hasSuffix("list.txt:4") && faults[1].message.contains("line 1"))
    }

    @Test("an absent, an empty and a binary file are refused")
    func unreadable() throws {
        try Tree.temporary { tree in
            #expect(throws: DatasetError.self) { try SampleList(path: tree.path("none.txt")) }
            try tree.text("empty.txt", "\n \n")
            let empty = #expect(throws: DatasetError.self) { try SampleList(path: tree.path("empty.txt")) }
            #expect(empty?.kind == .malformed)
            try Data([0x61, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: tree.path("binary.txt")))
            let binary = #expect(throws: DatasetError.self) { try SampleList(path: tree.path("binary.txt")) }
            #expect(binary?.message.contains("UTF-8") == true)
        }
    }

    @Test("what a partition writes reads back as the same partition")
    func roundTrip() throws {
        let scenes = BuiltInScenes(BuiltInScenesTests.small)
        let partition = Partition(labeled: [1, 4, 7], unlabeled: [0, 2, 3])
        let lists = partition.lists(of: scenes)
        #expect(lists.labeled == "training-1\ntraining-4\ntraining-7\n")
        try Tree.temporary { tree in
            try tree.text("labeled.txt", lists.labeled)
            try tree.text("unlabeled.txt", lists.unlabeled)
            let (labeled, unlabeled) = try (SampleList(path: tree.path("labeled.txt")), SampleList(path: tree.path("unlabeled.txt")))
            #expect(try Partition(labeled: labeled, unlabeled: unlabeled, of: scenes) == partition)
            #expect(try Partition(labeled: labeled, unlabeled: nil, of: scenes).unlabeled.contains(5))
            let error = #expect(throws: DatasetErrors.self) { try Partition(labeled: labeled, unlabeled: labeled, of: scenes) }
            #expect(error?.errors.map(\.kind) == [.overlap, .overlap, .overlap])
        }
    }
}
