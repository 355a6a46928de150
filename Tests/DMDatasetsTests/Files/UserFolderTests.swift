import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("A user's folder")
struct UserFolderTests {
    static let classes = #"{"classes": [{"name": "water", "color": [0, 80, 200]}, {"name": "land", "color": [90, 70, 0]}]}"#

    /// Three images of which two have masks; names with points, spaces and a folder.
    static func write(_ tree: Tree, classes: String = Self.classes) throws {
        try tree.text("classes.json", classes)
        for name in ["a.v2.png", "b c.jpg", "north/d.JPEG"] { try tree.image("images/\(name)") }
        for name in ["a.v2.png", "b c.png"] { try tree.mask("masks/\(name)", [0, 1, 255]) }
    }

    @Test("images without masks are unlabeled, not at fault")
    func layout() throws {
        try Tree.temporary { tree in
            try Self.write(tree)
            let own = try FileDataset(.folder, root: tree.root)
            #expect(own.faults.isEmpty && own.classNames == ["water", "land"] && own.palette.colors[1] == RGBColor(90, 70, 0))
            let training = own.samples(of: .training)
            #expect(training.identifiers == ["a.v2", "b c", "north/d"])
            #expect((0..<3).map { training.isLabeled(at: $0) } == [true, true, false])
            #expect(try training.sample(at: 2).mask == nil && training.sample(at: 0).mask?.scalars.prefix(3) == [0, 1, 255])
        }
    }

    @Test("links to folders are followed, and no circle of them twice")
    func links() throws {
        try Tree.temporary { far in
            try Tree.temporary { tree in
                try far.image("summer/a.png")
                try far.image("winter/b.png")
                try far.mask("masks/a.png", [0])
                try far.link("summer/back", to: far.root)
                try tree.text("classes.json", Self.classes)
                try tree.link("images/year", to: far.root)
                try tree.link("masks/year/summer", to: far.path("masks"))
                let training = try FileDataset(.folder, root: tree.root).samples(of: .training)
                // The far masks are in the far tree too, and are images like any other there.
                #expect(training.identifiers == ["year/masks/a", "year/summer/a", "year/winter/b"])
                #expect((0..<3).map { training.isLabeled(at: $0) } == [false, true, false])
                #expect(try training.sample(at: 1).mask?.scalars.first == 0)
            }
        }
    }

    @Test("a folder that may not be read is a fault, not an empty one", .enabled(if: getuid() != 0, "root may read every folder"))
    func forbidden() throws {
        try Tree.temporary { tree in
            try Self.write(tree)
            try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: tree.path("masks"))
            defer {
                #expect(throws: Never.self) {
                    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tree.path("masks"))
                }
            }
            let fault = #expect(throws: DatasetError.self) { try FileDataset(.folder, root: tree.root) }
            #expect(fault?.kind == .unreadable && fault?.path == tree.path("masks") && fault?.message.contains("permission") == true)
        }
    }

    @Test("a file where the folder should be is called one")
    func file() throws {
        try Tree.temporary { tree in
            try tree.text("set", "")
            let fault = #expect(throws: DatasetError.self) { try FileDataset(.folder, root: tree.path("set")) }
            #expect(fault?.message.hasSuffix("found a file") == true)
            try Self.write(tree)
            try FileManager.default.removeItem(atPath: tree.path("masks"))
            try tree.text("masks", "")
            let masks = #expect(throws: DatasetError.self) { try FileDataset(.folder, root: tree.root) }
            #expect(masks?.path == tree.path("masks") && masks?.message.hasSuffix("found a file 'masks'") == true)
        }
    }

    @Test("the lists in the folder are used; names may have points and spaces")
    func lists() throws {
        try Tree.temporary { tree in
            try Self.write(tree)
            try tree.text("labeled.txt", "images/b c.jpg masks/b c.png\n")
            try tree.text("unlabeled.txt", tree.path("images/north/d.JPEG") + "\n")
            try tree.text("val.txt", "a.v2\n")
            let own = try FileDataset(.folder, root: tree.root)
            #expect(own.faults.isEmpty && own.lists.labeled == tree.path("labeled.txt"))
            #expect(own.samples(of: .training).identifiers == ["b c", "north/d"])
            #expect(own.samples(of: .validation).identifiers == ["a.v2"])
        }
    }

    @Test("masks in the colors of the classes are mapped where every class has one")
    func colors() throws {
        try Tree.temporary { tree in
            try Self.write(tree)
            try tree.coloredMask("masks/b c.png", [RGBColor(90, 70, 0), RGBColor(0, 80, 200)])
            #expect(try FileDataset(.folder, root: tree.root).samples(of: .training).labels(at: 1)?.scalars.prefix(2) == [1, 0])
            try tree.text("classes.json", #"{"classes": [{"name": "water", "color": [0, 80, 200]}, {"name": "land"}]}"#)
            let samples = try FileDataset(.folder, root: tree.root).samples(of: .training)
            let fault = #expect(throws: DatasetError.self) { try samples.labels(at: 1) }
            #expect(fault?.kind == .coloredMask)
        }
    }

    @Test("another number may mean 'ignore'")
    func ignored() throws {
        try Tree.temporary { tree in
            try Self.write(tree, classes: #"{"classes": [{"name": "water"}, {"name": "land"}], "ignore": 2}"#)
            try tree.mask("masks/a.v2.png", [0, 1, 2])
            let samples = try FileDataset(.folder, root: tree.root).samples(of: .training)
            #expect(try samples.labels(at: 0)?.scalars.prefix(3) == [0, 1, 255])
            #expect(throws: DatasetError.self, "255 means nothing here") { try samples.labels(at: 1) }
        }
    }

    @Test(
        "a table of classes that is none is refused",
        arguments: [
            "{", "[]", #"{"classes": []}"#, #"{"classes": [{"name": "a"}, {"name": "a"}]}"#,
            #"{"classes": [{"name": "a", "color": [0, 0, 256]}]}"#, #"{"classes": [{"name": "a", "color": [0, 0]}]}"#,
            #"{"classes": [{"name": "a"}, {"name": "b"}], "ignore": 1}"#, #"{"classes": [{"name": "a"}], "ignore": 256}"#,
        ])
    func malformed(classes: String) throws {
        try Tree.temporary { tree in
            try Self.write(tree, classes: classes)
            let fault = #expect(throws: DatasetError.self) { try FileDataset(.folder, root: tree.root) }
            #expect(fault?.kind == .malformed && fault?.path.hasPrefix(tree.path("classes.json") + ":1:") == true)
        }
    }
}
