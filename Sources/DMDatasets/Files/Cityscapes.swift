extension DatasetListing {
    /// The samples of Cityscapes.
    ///
    /// `leftImg8bit/{train,val}/<city>/<stem>_leftImg8bit.png` and `gtFine/{train,val}/<city>/<stem>_gtFine_labelIds.png`,
    /// or `_labelTrainIds.png`, which a tool of the data set makes of them. Where both are there, `labelIds` are read:
    /// they are the download's own. The test part has no public labels and is left out.
    init(cityscapesIn folder: FolderListing) throws(DatasetError) {
        let names = SampleNames(
            suffixes: ["_leftImg8bit", "_gtFine_labelTrainIds", "_gtFine_labelIds", "_gtFine_color", "_gtFine"])
        let images = try folder.folders("leftImg8bit", purpose: "the images")[0]
        let masks = try folder.folders("gtFine", purpose: "the masks")[0]
        let parts = ["train", "val"]
        var files = try folder.images(in: parts.map { "\(masks)/\($0)" })
        // Polygons, colors and instances lie beside the masks in the download itself.
        files.unread = []
        let identifiers = files.paths.filter { $0.hasSuffix("_labelIds.png") }
        let trainIdentifiers = files.paths.filter { $0.hasSuffix("_labelTrainIds.png") }
        let usesIdentifiers = !identifiers.isEmpty || trainIdentifiers.isEmpty
        files.paths = usesIdentifiers ? identifiers : trainIdentifiers
        let pairing = SamplePairing(
            root: folder.root, images: try folder.images(in: parts.map { "\(images)/\($0)" }), masks: files, names: names)
        func part(_ name: String) -> [Int] { pairing.indices { $0.image.hasPrefix("\(images)/\(name)/") } }
        self.init(
            root: folder.root, classNames: Self.cityscapesClasses.map(\.name), palette: Palette(Self.cityscapesClasses.map(\.color)),
            decoding: usesIdentifiers ? Self.cityscapesIdentifiers : LabelDecoding(classCount: 19), names: pairing.names,
            samples: pairing.samples, parts: [.training: part("train"), .validation: part("val")], faults: pairing.faults,
            notes: pairing.notes,
            officialCounts: [.training: [2975], .validation: [500]])
    }

    /// `labelIds` run from 0 to 33; 19 of them are classes, all others are ignored.
    private static let cityscapesIdentifiers = LabelDecoding(
        table: Dictionary(uniqueKeysWithValues: cityscapesClasses.enumerated().map { ($1.identifier, UInt8($0)) }),
        known: Set(0...33).union([SegmentationSample.ignoredLabel]), expectation: "0...33 of labelIds, 255 for 'ignore'")

    private static let cityscapesClasses: [(identifier: UInt8, name: String, color: RGBColor)] = [
        (7, "road", RGBColor(128, 64, 128)), (8, "sidewalk", RGBColor(244, 35, 232)), (11, "building", RGBColor(70, 70, 70)),
        (12, "wall", RGBColor(102, 102, 156)), (13, "fence", RGBColor(190, 153, 153)), (17, "pole", RGBColor(153, 153, 153)),
        (19, "traffic light", RGBColor(250, 170, 30)), (20, "traffic sign", RGBColor(220, 220, 0)),
        (21, "vegetation", RGBColor(107, 142, 35)), (22, "terrain", RGBColor(152, 251, 152)), (23, "sky", RGBColor(70, 130, 180)),
        (24, "person", RGBColor(220, 20, 60)), (25, "rider", RGBColor(255, 0, 0)), (26, "car", RGBColor(0, 0, 142)),
        (27, "truck", RGBColor(0, 0, 70)), (28, "bus", RGBColor(0, 60, 100)), (31, "train", RGBColor(0, 80, 100)),
        (32, "motorcycle", RGBColor(0, 0, 230)), (33, "bicycle", RGBColor(119, 11, 32)),
    ]
}
