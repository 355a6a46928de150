import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Checks of whole data sets")
struct DatasetCheckTests {
    @Test("all faults are found at once, each with its path", arguments: [1, 3])
    func faults(readers: Int) throws {
        try Tree.temporary { tree in
            try UserFolderTests.write(tree)
            try tree.mask("masks/orphan.png", [0])
            try tree.image("images/b c.png")
            try tree.image("images/size.png")
            try tree.mask("masks/size.png", [0], height: 3)
            try tree.image("images/label.png")
            try tree.mask("masks/label.png", [0, 2])
            try tree.image("images/cut.png")
            let path = URL(fileURLWithPath: tree.path("images/cut.png"))
            try Data(contentsOf: path).prefix(40).write(to: path)
            try tree.text("images/text.jpg", "no image")
            try tree.text("val.txt", "a.v2\nnorth/d\nnobody\n")

            let check = try DatasetCheck(of: FileDataset(.folder, root: tree.root), readers: readers)
            let found = Set(check.faults.map { "\($0.kind.rawValue) \($0.path.dropFirst(tree.root.count + 1))" })
            #expect(
                found == [
                    "missingImage masks/orphan.png", "duplicate images/b c.png", "sizesDiffer masks/size.png", "badLabel masks/label.png",
                    "unreadable images/cut.png", "unreadable images/text.jpg", "unknownSample val.txt:3", "missingMask images/north/d.JPEG",
                ])
            #expect(check.counts[.train] == 5 && check.counts[.val] == 2 && check.labeledCounts[.val] == 1)
            #expect(check.shares[.val]?.pixelCounts == [8, 8])
        }
    }

    @Test("what is right has no fault; other numbers than the official ones are noted")
    func notes() throws {
        try Tree.temporary { tree in
            try CamVidTests.write(tree)
            var check = try DatasetCheck(of: FileDataset(.camvid, root: tree.root))
            #expect(check.faults.isEmpty && check.notes.count == 9)
            #expect(
                check.notes.prefix(3) == [
                    "train: 33.3 % of the pixels of its masks are ignored",
                    "train: no pixel is of 'building', 'pole', 'road', 'sidewalk', 'tree', 'sign', 'fence', 'car', 'pedestrian'",
                    "train: 2 images; the official data set has 367",
                ])
            check.add(Partition(labeled: [0], unlabeled: [1]))
            #expect(check.counts == [.train: 2, .val: 1, .test: 1, .labeled: 1, .unlabeled: 1])
        }
    }

    @Test("a sample of two parts is at fault")
    func overlap() throws {
        try Tree.temporary { tree in
            try PascalVOCTests.write(tree, masks: "SegmentationClass")
            try tree.text("ImageSets/Segmentation/trainaug.txt", "2007_000032\n2007_000033\n")
            let check = try DatasetCheck(of: FileDataset(.pascal, root: tree.root))
            #expect(check.faults.map(\.kind) == [.overlap] && check.faults[0].path == tree.path("JPEGImages/2007_000033.jpg"))
        }
    }

    @Test("the built-in scenes have no fault")
    func builtIn() throws {
        let check = try DatasetCheck(of: BuiltInScenes(BuiltInScenesTests.small))
        #expect(check.faults.isEmpty && check.notes.isEmpty && check.shares[.train]?.images == check.counts[.train])
    }
}
