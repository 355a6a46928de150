import DMDatasets
import DMTensors
import Testing

@Suite("Cityscapes")
struct CityscapesTests {
    /// The class of each of the 34 numbers of `labelIds`; 255 where it has none.
    static let classes: [UInt8] = [
        255, 255, 255, 255, 255, 255, 255, 0, 1, 255, 255, 2, 3, 4, 255, 255, 255, 5, 255, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 255,
        16, 17, 18,
    ]

    static func write(_ tree: Tree, masks: String, labels: [UInt8]) throws {
        for (part, city, frame) in [
            ("train", "aachen", "aachen_000000_000019"), ("train", "ulm", "ulm_000001_000019"), ("val", "munster", "munster_000000_000019"),
        ] {
            try tree.image("leftImg8bit/\(part)/\(city)/\(frame)_leftImg8bit.png", height: 5, width: 8)
            try tree.mask("gtFine/\(part)/\(city)/\(frame)_gtFine_\(masks).png", labels, height: 5, width: 8)
        }
    }

    @Test("labelIds become the 19 classes")
    func labelIds() throws {
        try Tree.temporary { tree in
            try Self.write(tree, masks: "labelIds", labels: (0...33).map { $0 } + [255])
            let cityscapes = try FileDataset(.cityscapes, root: tree.root)
            #expect(cityscapes.faults.isEmpty && cityscapes.classNames.count == 19 && cityscapes.classNames[18] == "bicycle")
            #expect(cityscapes.samples(of: .training).identifiers == ["aachen_000000_000019", "ulm_000001_000019"])
            #expect(cityscapes.samples(of: .validation).identifiers == ["munster_000000_000019"])
            let mask = try cityscapes.samples(of: .training).sample(at: 0).mask
            #expect(mask?.scalars.prefix(35) == Self.classes[...] + [255])
        }
    }

    @Test("labelTrainIds are read where there are no labelIds")
    func trainIds() throws {
        try Tree.temporary { tree in
            try Self.write(tree, masks: "labelTrainIds", labels: [0, 18, 255])
            let cityscapes = try FileDataset(.cityscapes, root: tree.root)
            #expect(try cityscapes.samples(of: .validation).labels(at: 0)?.scalars.prefix(3) == [0, 18, 255])
        }
    }

    @Test("where both are there, the download's own are read; a number beyond them is refused")
    func both() throws {
        try Tree.temporary { tree in
            try Self.write(tree, masks: "labelTrainIds", labels: [18])
            try Self.write(tree, masks: "labelIds", labels: [7])
            let samples = try FileDataset(.cityscapes, root: tree.root).samples(of: .training)
            #expect(try samples.labels(at: 0)?.scalars.first == 0)
            try tree.mask("gtFine/train/aachen/aachen_000000_000019_gtFine_labelIds.png", [34], height: 5, width: 8)
            #expect(throws: DatasetError.self) { try samples.labels(at: 0) }
        }
    }

    @Test("the lists of UniMatch, U2PL and CPS name the same frames")
    func lists() throws {
        try Tree.temporary { tree in
            try Self.write(tree, masks: "labelIds", labels: [7])
            let cityscapes = try FileDataset(.cityscapes, root: tree.root)
            let forms = [
                "leftImg8bit/train/ulm/ulm_000001_000019_leftImg8bit.png gtFine/train/ulm/ulm_000001_000019_gtFine_labelTrainIds.png",
                "leftImg8bit/train/ulm/ulm_000001_000019_leftImg8bit.png",
                "/images/train/ulm_000001_000019.png\t/segmentation/train/ulm_000001_000019_gtFine.png", "ulm_000001_000019",
            ]
            for form in forms {
                try tree.text("list.txt", form + "\r\n")
                let list = try SampleList(path: tree.path("list.txt"))
                #expect(try Partition(labeled: list, unlabeled: nil, of: cityscapes) == Partition(labeled: [1], unlabeled: [0]))
            }
        }
    }
}
