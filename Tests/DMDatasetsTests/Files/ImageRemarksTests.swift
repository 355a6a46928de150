import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("What a check notes of images")
struct ImageRemarksTests {
    /// A folder with one photograph of 16 x 8 pixels that its camera notes as turned, and a mask of what a viewer shows.
    private func turned(_ body: (Tree) throws -> Void) throws {
        try Tree.temporary { tree in
            try tree.text("classes.json", #"{"classes": [{"name": "a"}, {"name": "b"}]}"#)
            try tree.mask("masks/photo.png", [0, 1], height: 16, width: 8)
            try tree.image("images/plain.png")
            try ImageOrientationTests.jpeg(turned: 6).write(to: URL(filePath: tree.path("images/photo.jpg")))
            try body(tree)
        }
    }

    @Test("photographs that their cameras noted as turned are counted, whether that is applied or not")
    func orientation() throws {
        try turned { tree in
            let ignoring = try DatasetCheck(of: FileDataset(.folder, root: tree.root))
            #expect(ignoring.faults.map(\.kind) == [.sizesDiffer])
            let note = "train: 1 photograph carries an orientation other than upright, which is"
            #expect(ignoring.notes == ["\(note) not applied (dataset.orientation: apply turns images)"])

            let turning = try FileDataset(.folder, root: tree.root, reading: ImageReading(orientation: .apply))
            let check = try DatasetCheck(of: turning)
            #expect(check.faults.isEmpty && check.notes == ["\(note) applied, masks stay as they are"])
            #expect(try turning.samples(of: .training).sample(at: 0).image.shape == [16, 8, 3])
        }
    }

    @Test("images of 16 bits that are read nearly black are counted")
    func darkness() throws {
        try Tree.temporary { tree in
            try tree.text("classes.json", #"{"classes": [{"name": "a"}, {"name": "b"}]}"#)
            try tree.image("images/plain.png")
            try tree.mask("masks/plain.png", [0, 1])
            for (name, level) in [("a", 2000), ("b", 4000), ("c", 40_000)] {
                try PNGParts.gray16([level, 0]).write(to: tree.path("images/\(name).png"))
            }
            let check = try DatasetCheck(of: FileDataset(.folder, root: tree.root))
            #expect(
                check.notes == [
                    "train: 2 images use less than a quarter of the range of 16 bits, the largest number is 4000 of 65535: "
                        + "read nearly black"
                ])
        }
    }

    @Test("images of all formats belong to a folder, and masks may be bitmaps")
    func formats() throws {
        try Tree.temporary { tree in
            try tree.text("classes.json", #"{"classes": [{"name": "a"}, {"name": "b"}]}"#)
            try tree.mask("masks/a.png", [0, 1], height: 17, width: 19)
            try tree.image("images/e.png")
            for (name, file) in [
                ("images/a.webp", "lossy.webp"), ("images/b.bmp", "rgb-24.bmp"), ("images/c.jfif", "restarts.jpg"),
                ("images/d.png", "palette-1.bmp"), ("masks/b.bmp", "palette-1.bmp"),
            ] {
                try Fixtures.reference("odd-images/\(file)").write(to: URL(filePath: tree.path(name)))
            }
            let check = try DatasetCheck(of: FileDataset(.folder, root: tree.root))
            #expect(check.faults.isEmpty && check.notes.isEmpty)
            #expect(check.counts[.train] == 5 && check.labeledCounts[.train] == 2)
            // A limit of the reader is one of the data set.
            var limits = ImageLimits()
            limits.pixels = 200
            let limited = try DatasetCheck(of: FileDataset(.folder, root: tree.root, reading: ImageReading(limits: limits)))
            #expect(limited.faults.count == 3 && limited.faults.allSatisfy { $0.kind == .unreadable })
        }
    }
}
