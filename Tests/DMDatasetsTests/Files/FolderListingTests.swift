import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Files that are not what they seem")
struct FolderListingTests {
    /// A user's folder of two images with masks, and whatever `change` does to it.
    private func faults(_ change: (Tree) throws -> Void) throws -> [String] {
        try Tree.temporary { tree in
            try tree.text("classes.json", UserFolderTests.classes)
            for name in ["a", "b"] {
                try tree.image("images/\(name).png")
                try tree.mask("masks/\(name).png", [0, 1])
            }
            try change(tree)
            let own = try FileDataset(.folder, root: tree.root)
            return own.faults.map { "\($0.path.dropFirst(tree.root.count + 1)): \($0.message)" }
        }
    }

    @Test("a pipe is told, not waited for", .timeLimit(.minutes(1)), arguments: ["images/p.png", "masks/p.png"])
    func pipe(name: String) throws {
        let found = try faults { tree in #expect(mkfifo(tree.path(name), 0o644) == 0) }
        #expect(found == ["\(name): expected a file or a folder, found a pipe"])
    }

    @Test("a link to nothing, and one to itself")
    func danglingLinks() throws {
        #expect(
            try faults { try $0.link("images/l.png", to: "nowhere.png") } == [
                "images/l.png: expected a file or a folder, found a link to nothing"
            ])
        #expect(
            try faults { try $0.link("images/l.png", to: "l.png") } == [
                "images/l.png: expected a file or a folder, found a link to nothing"
            ])
    }

    @Test("a name that is no UTF-8")
    func otherBytes() throws {
        let found = try faults { tree in
            var path = Array(tree.path("images/x").utf8CString.dropLast()) + [CChar(bitPattern: 0xE4)]
            path += ".png".utf8CString
            let file = try #require(fopen(path, "w"))
            fclose(file)
        }
        #expect(found == ["images/x\u{FFFD}.png: expected a name in UTF-8, found other bytes; rename the file"])
    }

    @Test("two images, and two masks, of one name")
    func twoFiles() throws {
        #expect(try faults { try $0.image("images/a.jpg") } == ["images/a.png: 'images/a.jpg' already is the image of 'a'"])
        #expect(try faults { try $0.mask("masks/a.PNG", [0]) } == ["masks/a.png: 'masks/a.PNG' already is the mask of 'images/a.png'"])
    }

    @Test("a folder that is called like an image is a folder")
    func folderNamedAsImage() throws {
        #expect(
            try faults { tree in
                try tree.image("images/c.png/d.png")
                try tree.mask("masks/c.png/d.png", [0])
            } == [])
    }

    @Test("folders that link twice to the next are refused in no time", .timeLimit(.minutes(1)))
    func multiplyingLinks() throws {
        let fault = #expect(throws: DatasetError.self) {
            try faults { tree in
                for level in 0..<24 {
                    for name in ["x", "y"] { try tree.link("far/\(level)/\(name)", to: tree.path("far/\(level + 1)")) }
                }
                try tree.image("far/24/z.png")
                try tree.link("images/far", to: tree.path("far/0"))
            }
        }
        #expect(fault?.kind == .unreadable && fault?.message.contains("at most 64 ways") == true)
    }

    @Test("a folder that two links lead to is read in both ways")
    func twoWays() throws {
        try Tree.temporary { tree in
            try tree.text("classes.json", UserFolderTests.classes)
            try tree.image("far/z.png")
            try tree.link("images/x", to: tree.path("far"))
            try tree.link("images/y", to: tree.path("far"))
            try FileManager.default.createDirectory(atPath: tree.path("masks"), withIntermediateDirectories: true)
            #expect(try FileDataset(.folder, root: tree.root).samples(of: .training).identifiers == ["x/z", "y/z"])
        }
    }

    @Test("files that are no images are counted by their endings; an image of a rare ending, or of none, is read")
    func otherEndings() throws {
        try Tree.temporary { tree in
            try UserFolderTests.write(tree)
            try tree.image("images/e.jfif")
            try tree.image("images/f")
            try tree.text("images/g.gif", "GIF89a")
            try tree.text("images/h.GIF", "GIF89a")
            try tree.text("images/notes", "none")
            try tree.text("images/.hidden.gif", "GIF89a")
            try tree.image("images/old.png.bak")
            try tree.mask("masks/e.png", [1])
            let own = try FileDataset(.folder, root: tree.root)
            #expect(own.faults == [] && own.samples(of: .training).identifiers == ["a.v2", "b c", "e", "f", "north/d"])
            #expect(own.samples(of: .training).isLabeled(at: 2))
            #expect(own.notes == ["images: 4 files are not read (.gif 2, .bak 1, without ending 1)"])
        }
    }

    @Test("masks of images that are in several folders are found by their folders")
    func nestedMasks() throws {
        try Tree.temporary { tree in
            for part in ["train2017", "val2017"] {
                try tree.image("\(part)/a.png")
                try tree.mask("masks/\(part)/a.png", [part == "train2017" ? 1 : 2])
            }
            let coco = try FileDataset(.coco, root: tree.root)
            #expect(coco.faults == [])
            #expect(try coco.samples(of: .training).labels(at: 0)?.scalars.first == 1)
            #expect(try coco.samples(of: .validation).labels(at: 0)?.scalars.first == 2)
            try tree.mask("masks/a.png", [1])
            let faults = try FileDataset(.coco, root: tree.root).faults
            #expect(faults.map(\.kind) == [.duplicate] && faults[0].message.contains("'train2017/a.png' and 'val2017/a.png'"))
        }
    }

    @Test("frames of one name in two parts of CamVid have their own masks")
    func camVid() throws {
        try Tree.temporary { tree in
            for (part, label) in [("train", UInt8(1)), ("val", 2)] {
                try tree.image("\(part)/a.png")
                try tree.mask("\(part)annot/a.png", [label])
            }
            let camVid = try FileDataset(.camvid, root: tree.root)
            #expect(camVid.faults == [] && camVid.samples(of: .training).identifiers == ["train/a"])
            #expect(try camVid.samples(of: .training).labels(at: 0)?.scalars.first == 1)
            #expect(try camVid.samples(of: .validation).labels(at: 0)?.scalars.first == 2)
        }
    }

    @Test(
        "what classes.json cannot mean is told with line and column",
        arguments: [
            (#"{"classes": [{"name": "a", "colour": [0, 0, 0]}]}"#, "1:28", "unknown key 'colour'; the keys are 'name' and 'color'"),
            ("{\"classes\": [{\"name\": \"a\"}],\n \"ignored\": 0}", "2:2", "unknown key 'ignored'; the keys are 'classes' and 'ignore'"),
            (#"{"classes": [{"name": "a", "color": [0, 0.5, 1]}]}"#, "1:41", "color: expected a whole number in 0...255, found 0.5"),
            (#"{"classes": [{"name": "a"}, {"name": "a"}]}"#, "1:29", "found 'a' twice"),
            (#"{"classes": ["a", "b"]}"#, "1:14", "expected an object, found a text"),
            (#"{"classes": [{"name": "a"},]}"#, "1:28", "a comma stands before the closing ']'"),
            (#"{"classes": [{"name": "a"}], "ignore": 1e400}"#, "1:40", "ignore: expected a whole number in 0...255"),
            (#"{"classes": [{"color": [0, 0, 0]}]}"#, "1:14", "expected a 'name'"),
            (#"{"classes": [{"name": "\u+041"}]}"#, "1:24", "expected an escape of JSON"),
            (#"{"classes": [{"name": "\u00-1"}]}"#, "1:24", "expected an escape of JSON"),
        ])
    func classes(text: String, place: String, words: String) throws {
        let fault = #expect(throws: DatasetError.self) { try faults { try $0.text("classes.json", text) } }
        #expect(fault?.path.hasSuffix("classes.json:\(place)") == true, "\(fault?.path ?? "")")
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }
}
