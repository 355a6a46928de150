extension DatasetListing {
    /// The samples of COCO 2017, or of annotations in its format.
    ///
    /// Images in `train2017` and `val2017`. Labels come from mask files, `masks/<12 digits>.png`, or else straight from
    /// `annotations/instances_{train,val}2017.json`. A folder with `annotations.json` alone, whose images may lie anywhere
    /// below it, is one training part.
    init(cocoIn folder: FolderListing) throws(DatasetError) {
        let rule = IdentifierRule()
        if folder.has("annotations.json") {
            try self.init(annotatedIn: folder, files: [(.training, "annotations.json", "")], rule: rule)
            return
        }
        let names: [(part: DatasetPart, year: String)] = [(.training, "train2017"), (.validation, "val2017")]
        _ = try folder.folders("train2017", purpose: "the training images")
        guard folder.hasFolder("masks") else {
            let files = names.map { ($0.part, "annotations/instances_\($0.year).json", $0.year) }.filter { folder.has($0.1) }
            guard !files.isEmpty else {
                throw DatasetError(
                    path: "\(folder.root)/annotations", kind: .missing,
                    message: "expected 'masks' or 'annotations/instances_train2017.json', found neither")
            }
            try self.init(annotatedIn: folder, files: files, rule: rule)
            return
        }
        let pairing = SamplePairing(
            root: folder.root, images: try folder.images(in: names.map(\.year)), masks: try folder.images(in: ["masks"]), rule: rule)
        self.init(
            root: folder.root, classNames: Self.cocoClasses, palette: Self.cocoPalette(classCount: 81),
            decoding: LabelDecoding(classCount: 81),
            rule: rule, samples: pairing.samples,
            parts: Dictionary(
                uniqueKeysWithValues: names.map { name in (name.part, pairing.indices { $0.image.hasPrefix(name.year + "/") }) }),
            faults: pairing.faults, officialCounts: Self.cocoCounts)
    }

    /// The samples of annotation files.
    private init(
        annotatedIn folder: FolderListing, files: [(part: DatasetPart, file: String, images: String)], rule: IdentifierRule
    ) throws(DatasetError) {
        var samples: [FileSample] = []
        var parts: [DatasetPart: [Int]] = [:]
        var faults: [DatasetError] = []
        var classNames: [String]?
        for (part, file, images) in files {
            let annotations = try COCOAnnotations(path: "\(folder.root)/\(file)")
            if let classNames, classNames != annotations.classNames {
                throw DatasetError(
                    path: "\(folder.root)/\(file)", kind: .malformed, message: "expected the categories of \(files[0].file), found others")
            }
            classNames = annotations.classNames
            for (number, image) in annotations.images.enumerated() {
                let path = images.isEmpty ? image.file : "\(images)/\(image.file)"
                if !folder.has(path) {
                    faults.append(
                        DatasetError(
                            path: "\(folder.root)/\(path)", kind: .missingImage,
                            message: "expected the image that \(file) annotates, found none"))
                    continue
                }
                parts[part, default: []].append(samples.count)
                samples.append(FileSample(identifier: rule(path), image: path, labels: .regions(annotations, number)))
            }
        }
        let names = classNames ?? []
        self.init(
            root: folder.root, classNames: names, palette: Self.cocoPalette(classCount: names.count),
            decoding: LabelDecoding(classCount: names.count),
            rule: rule, samples: samples, parts: parts, faults: faults, officialCounts: files.count > 1 ? Self.cocoCounts : [:])
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
