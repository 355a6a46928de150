import DMDatasets
import DMTensors
import Testing

@Suite("PASCAL VOC")
struct PascalVOCTests {
    /// Two fine masks in the official lists, one of SBD beside them, one image without any mask.
    static func write(_ tree: Tree, masks: String) throws {
        for name in ["2007_000032", "2007_000033", "2008_000008", "2011_003276"] { try tree.image("JPEGImages/\(name).jpg") }
        for name in ["2007_000032", "2007_000033", "2011_003276"] { try tree.mask("\(masks)/\(name).png", [0, 15, 20, 255]) }
        try tree.text("ImageSets/Segmentation/train.txt", "2007_000032\n")
        try tree.text("ImageSets/Segmentation/val.txt", "2007_000033\n")
    }

    @Test("both names of the folder of masks are read", arguments: ["SegmentationClass", "SegmentationClassAug"])
    func layout(masks: String) throws {
        try Tree.temporary { tree in
            try Self.write(tree, masks: masks)
            let voc = try FileDataset(.pascal, root: tree.root)
            #expect(voc.faults.isEmpty && voc.classNames.count == 21 && voc.classNames[15] == "person")
            #expect(voc.palette.colors[1] == RGBColor(128, 0, 0) && voc.palette.colors[20] == RGBColor(0, 64, 128))
            #expect(voc.samples(of: .training).identifiers == ["2007_000032", "2011_003276"])
            #expect(voc.samples(of: .validation).identifiers == ["2007_000033"])
            #expect(voc.samples(of: .test).count == 0)
            let sample = try voc.samples(of: .training).sample(at: 1)
            #expect(sample.image.shape == [4, 6, 3] && sample.mask?.scalars.prefix(4) == [0, 15, 20, 255])
            #expect(voc.samples(of: .training).listing(at: 0) == "JPEGImages/2007_000032.jpg \(masks)/2007_000032.png")
        }
    }

    @Test("a list of the augmented training part says what the training part is")
    func augmentedList() throws {
        try Tree.temporary { tree in
            try Self.write(tree, masks: "SegmentationClassAug")
            try tree.text("ImageSets/Segmentation/trainaug.txt", "2011_003276\n2008_000008\n")
            let voc = try FileDataset(.pascal, root: tree.root)
            #expect(voc.samples(of: .training).identifiers == ["2011_003276", "2008_000008"])
            #expect(voc.faults.map(\.kind) == [.missingMask] && voc.faults[0].path == tree.path("JPEGImages/2008_000008.jpg"))
            try tree.text("labeled.txt", "2011_003276\n")
            let listed = try FileDataset(.pascal, root: tree.root, lists: FileLists(labeled: tree.path("labeled.txt")))
            #expect(listed.faults.isEmpty, "what the list does not name is unlabeled and needs no mask")
            #expect(listed.samples(of: .training).count == 2)
        }
    }

    @Test("masks in the colors of VOC are mapped exactly, the boundary among them")
    func coloredMask() throws {
        try Tree.temporary { tree in
            try tree.image("JPEGImages/a.jpg")
            let colors = [RGBColor(0, 0, 0), RGBColor(192, 128, 128), RGBColor(0, 64, 128), RGBColor(224, 224, 192)]
            try tree.coloredMask("SegmentationClass/a.png", colors)
            let mask = try FileDataset(.pascal, root: tree.root).samples(of: .training).labels(at: 0)
            #expect(mask?.scalars.prefix(4) == [0, 15, 20, 255])
        }
    }

    @Test("a color of no class is refused with the color and its place")
    func wrongColor() throws {
        try Tree.temporary { tree in
            try tree.image("JPEGImages/a.jpg")
            try tree.coloredMask("SegmentationClass/a.png", [RGBColor(0, 0, 0), RGBColor(1, 2, 3)])
            let samples = try FileDataset(.pascal, root: tree.root).samples(of: .training)
            let fault = #expect(throws: DatasetError.self) { try samples.sample(at: 0) }
            #expect(fault?.kind == .coloredMask && fault?.path == tree.path("SegmentationClass/a.png"))
            #expect(fault?.message.contains("(1, 2, 3) at row 0, column 1") == true)
        }
    }

    @Test("a label beyond the classes is refused with its number and how often it occurs")
    func badLabel() throws {
        try Tree.temporary { tree in
            try tree.image("JPEGImages/a.jpg")
            try tree.mask("SegmentationClass/a.png", [0, 21])
            let samples = try FileDataset(.pascal, root: tree.root).samples(of: .training)
            let fault = #expect(throws: DatasetError.self) { try samples.sample(at: 0) }
            #expect(fault?.kind == .badLabel)
            #expect(fault?.message == "expected the classes 0...20, 255 for 'ignore', found 21 (12 pixels)")
        }
    }

    @Test("lists without ImageSets make the parts")
    func givenLists() throws {
        try Tree.temporary { tree in
            try Self.write(tree, masks: "SegmentationClass")
            try tree.text("l.txt", "JPEGImages/2007_000032.jpg SegmentationClass/2007_000032.png\n")
            try tree.text("u.txt", "JPEGImages/2008_000008.jpg SegmentationClass/2008_000008.png\n")
            try tree.text("v.txt", "2011_003276")
            let lists = FileLists(labeled: tree.path("l.txt"), unlabeled: tree.path("u.txt"), validation: tree.path("v.txt"))
            let voc = try FileDataset(.pascal, root: tree.root, lists: lists)
            #expect(voc.faults.isEmpty, "an unlabeled image needs no mask")
            #expect(voc.samples(of: .training).identifiers == ["2007_000032", "2008_000008"])
            #expect(voc.samples(of: .validation).identifiers == ["2011_003276"])
            let partition = try Partition(
                labeled: SampleList(path: tree.path("l.txt")), unlabeled: SampleList(path: tree.path("u.txt")), of: voc)
            #expect(partition == Partition(labeled: [0], unlabeled: [1]))
        }
    }

    @Test("what is no VOC folder is named")
    func missing() throws {
        try Tree.temporary { tree in
            let none = #expect(throws: DatasetError.self) { try FileDataset(.pascal, root: tree.path("nowhere")) }
            #expect(none?.kind == .missing && none?.path == tree.path("nowhere"))
            let empty = #expect(throws: DatasetError.self) { try FileDataset(.pascal, root: tree.root) }
            #expect(empty?.message.contains("'JPEGImages'") == true)
            try tree.image("JPEGImages/a.jpg")
            let masks = #expect(throws: DatasetError.self) { try FileDataset(.pascal, root: tree.root) }
            #expect(masks?.message.contains("'SegmentationClassAug'") == true)
        }
    }
}
