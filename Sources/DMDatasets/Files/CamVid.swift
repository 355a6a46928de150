extension DatasetListing {
    /// The samples of CamVid in SegNet's version: 11 classes, 11 means void.
    ///
    /// `train`, `val`, `test` with the masks in `trainannot`, `valannot`, `testannot`, PNG or JPEG images. A part with a
    /// list (`train.txt`, `val.txt`, `test.txt`) is what the list names; the folders in its paths do not matter, as those
    /// of the original lists begin with `/SegNet/CamVid`.
    init(camVidIn folder: FolderListing) throws(DatasetError) {
        _ = try folder.folders("train", purpose: "the training images")
        let names: [(part: DatasetPart, folder: String)] = [(.training, "train"), (.validation, "val"), (.test, "test")]
        let pairing = SamplePairing(
            root: folder.root, images: try folder.images(in: names.map(\.folder)),
            masks: try folder.images(in: names.map { $0.folder + "annot" }), names: SampleNames(),
            rule: .folders(Dictionary(uniqueKeysWithValues: names.map { ($0.folder, $0.folder + "annot") })))
        var parts: [DatasetPart: [Int]] = [:]
        var faults = pairing.faults
        for (part, name) in names {
            if folder.has("\(name).txt") {
                let found = try SampleList(path: "\(folder.root)/\(name).txt").resolved(by: pairing.names.matches) {
                    pairing.samples[$0].image
                }
                parts[part] = found.indices
                faults += found.faults
            } else {
                parts[part] = pairing.indices { $0.image.hasPrefix("\(name)/") }
            }
        }
        self.init(
            root: folder.root, classNames: Self.camVidClasses.map(\.name), palette: Palette(Self.camVidClasses.map(\.color)),
            decoding: LabelDecoding(classCount: 11, ignored: [11, SegmentationSample.ignoredLabel]), names: pairing.names,
            samples: pairing.samples,
            parts: parts,
            faults: faults, notes: pairing.notes, officialCounts: [.training: [367], .validation: [101], .test: [233]],
            trainingIsListed: folder.has("train.txt"))
    }

    private static let camVidClasses: [(name: String, color: RGBColor)] = [
        ("sky", RGBColor(128, 128, 128)), ("building", RGBColor(128, 0, 0)), ("pole", RGBColor(192, 192, 128)),
        ("road", RGBColor(128, 64, 128)), ("sidewalk", RGBColor(60, 40, 222)), ("tree", RGBColor(128, 128, 0)),
        ("sign", RGBColor(192, 128, 128)), ("fence", RGBColor(64, 64, 128)), ("car", RGBColor(64, 0, 128)),
        ("pedestrian", RGBColor(64, 64, 0)), ("bicyclist", RGBColor(0, 128, 192)),
    ]
}
