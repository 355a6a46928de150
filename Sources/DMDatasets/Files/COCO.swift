extension DatasetListing {
    /// The samples of COCO 2017, or of annotations in its format.
    ///
    /// COCO 2017 has images in `train2017` and `val2017`. Labels come from mask files, `masks/<12 digits>.png`, or else
    /// straight from `annotations/instances_{train,val}2017.json`. ``COCOLayout`` finds the annotations of other programs.
    ///
    /// - Parameters:
    ///   - folder: The data set's folder.
    ///   - limits: The largest image that annotations may tell of.
    init(cocoIn folder: FolderListing, limits: ImageLimits) throws(DatasetError) {
        guard !folder.has("annotations.json"), folder.hasFolder("masks"), folder.hasFolder("train2017") else {
            try self.init(annotatedIn: folder, COCOLayout(of: folder), limits)
            return
        }
        let years: [(part: DatasetPart, year: String)] = [(.training, "train2017"), (.validation, "val2017")]
        let pairing = SamplePairing(
            root: folder.root, images: try folder.images(in: years.map(\.year)), masks: try folder.images(in: ["masks"]),
            names: SampleNames())
        self.init(
            root: folder.root, classNames: Self.cocoClasses, palette: Self.cocoPalette(classCount: 81),
            decoding: LabelDecoding(classCount: 81), names: pairing.names, samples: pairing.samples,
            parts: Dictionary(
                uniqueKeysWithValues: years.map { year in (year.part, pairing.indices { $0.image.hasPrefix(year.year + "/") }) }),
            faults: pairing.faults, notes: pairing.notes, officialCounts: Self.cocoCounts)
    }

    /// The samples of annotation files.
    private init(annotatedIn folder: FolderListing, _ layout: COCOLayout, _ limits: ImageLimits) throws(DatasetError) {
        var files: [COCOFile] = []
        for file in layout.files { files.append(try COCOFile(path: "\(folder.root)/\(file.path)")) }
        let classes = try COCOClasses(files)
        var (faults, notes) = (classes.faults, layout.notes)
        var found: [(part: DatasetPart, image: String, labels: FileSample.Labels)] = []
        var owners: [String: String] = [:]
        var folders: Set<String> = []
        for (place, file) in zip(layout.files, files) {
            let annotations = COCOAnnotations(file, classes: classes, limits: limits)
            faults += annotations.faults
            notes += annotations.notes.map { "\(place.path): \($0)" }
            let images = COCOImages(of: annotations, place, in: folder)
            faults += images.faults
            notes += images.notes
            folders.insert(images.folder)
            for (number, path) in images.paths {
                if let owner = owners.updateValue(place.path, forKey: path) {
                    owners[path] = owner
                    faults.append(
                        DatasetError(
                            path: "\(folder.root)/\(path)", kind: .duplicate, message: "is annotated in '\(owner)' and in '\(place.path)'"))
                } else {
                    found.append((place.part, path, .regions(annotations, number)))
                }
            }
        }
        notes += try COCOImages.notes(on: folders, annotated: Set(owners.keys), in: folder)
        var names = SampleNames()
        for sample in found { names.add(image: sample.image) }
        let isOfficial = classes.areOfficial && files.count > 1
        self.init(
            root: folder.root, classNames: classes.names, palette: Self.cocoPalette(classCount: classes.names.count),
            decoding: LabelDecoding(classCount: classes.names.count), names: names,
            samples: found.enumerated().map { FileSample(identifier: names.identifier(of: $0), image: $1.image, labels: $1.labels) },
            parts: Dictionary(grouping: found.indices) { found[$0].part }, faults: faults, notes: notes,
            officialCounts: isOfficial ? Self.cocoCounts : [:])
    }

    private static func cocoPalette(classCount: Int) -> Palette { Palette(Array(Palette.pascalVOC.colors.prefix(classCount))) }

    private static let cocoCounts: [DatasetPart: [Int]] = [.training: [118_287], .validation: [5000]]

    /// Class 0 is everything else; then come the 80 categories in the order of their numbers, which run from 1 to 90 with
    /// gaps.
    static let cocoClasses = [
        "background", "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
        "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear",
        "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball",
        "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork",
        "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake",
        "chair", "couch", "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard",
        "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors", "teddy bear",
        "hair drier", "toothbrush",
    ]
}
