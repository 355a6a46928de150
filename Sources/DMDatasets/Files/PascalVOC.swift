extension DatasetListing {
    /// The samples of PASCAL VOC 2012.
    ///
    /// `JPEGImages/*.jpg` and masks in `SegmentationClassAug`, `SegmentationClass` or `SegmentationClassPNG`; where several
    /// are there, the first one with a mask of the image has it. Parts follow the lists in `ImageSets`. Without a list of
    /// the augmented training part (`trainaug.txt`), every image with a mask that is not of the validation part is of the
    /// training part: that is how the masks of SBD are laid beside those of VOC.
    init(pascalIn folder: FolderListing) throws(DatasetError) {
        let images = try folder.folders("JPEGImages", purpose: "the images")
        let masks = try folder.folders("SegmentationClassAug", "SegmentationClass", "SegmentationClassPNG", purpose: "the masks")
        let pairing = SamplePairing(
            root: folder.root, images: try folder.images(in: images), masks: try folder.images(in: masks),
            names: SampleNames(folders: .tellApart))
        var faults = pairing.faults
        func listed(_ names: [String]) throws(DatasetError) -> [Int]? {
            let places = ["ImageSets/Segmentation", "ImageSets/SegmentationAug"].flatMap { place in names.map { "\(place)/\($0).txt" } }
            guard let name = folder.first(of: places) else { return nil }
            let found = try SampleList(path: "\(folder.root)/\(name)").resolved(by: pairing.names.matches) { pairing.samples[$0].image }
            faults += found.faults
            return found.indices
        }
        let validation = try listed(["val"]) ?? []
        let augmented = try listed(["trainaug", "train_aug"])
        let held = Set(validation)
        let masked = pairing.indices { $0.isLabeled }.filter { !held.contains($0) }
        var training = augmented ?? masked
        if augmented == nil, let fine = try listed(["train"]) {
            // An image of the official list that has no mask is at fault; one beyond the list has a mask of SBD.
            let known = Set(masked)
            training = masked + fine.filter { !known.contains($0) && !held.contains($0) }
        }
        let palette = Palette(Array(Palette.pascalVOC.colors.prefix(21)))
        let colors = Dictionary(
            uniqueKeysWithValues: (Array(0..<21) + [Int(SegmentationSample.ignoredLabel)]).map { (Palette.pascalVOC.colors[$0], UInt8($0)) }
        )
        self.init(
            root: folder.root, classNames: Self.pascalClasses, palette: palette, decoding: LabelDecoding(classCount: 21, colors: colors),
            names: pairing.names,
            samples: pairing.samples, parts: [.training: training, .validation: validation], faults: faults, notes: pairing.notes,
            officialCounts: [.training: [1464, 10_582], .validation: [1449]], trainingIsListed: augmented != nil)
    }

    static let pascalClasses = [
        "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "dining table", "dog",
        "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "tv/monitor",
    ]
}
