import DMFormats
import DMTensors

/// The annotated regions of COCO's images, and the masks that follow from them.
///
/// Source: Lin et al., *Microsoft COCO: Common Objects in Context*, ECCV 2014; the format is described at
/// <https://cocodataset.org/#format-data>.
struct COCOAnnotations: Sendable {
    /// The file.
    let path: String
    /// The annotated images.
    let images: [Image]
    /// What is wrong with single images and annotations, which are left out; the first of many.
    let faults: [DatasetError]
    /// What is worth knowing and not wrong.
    let notes: [String]

    /// An image and its regions.
    struct Image: Sendable {
        /// The image's file, as the annotations name it.
        let file: String
        let height: Int
        let width: Int
        /// The regions in the order in which they are painted: those to be ignored, such as crowds, then the largest object
        /// first, so that smaller ones lie over larger ones.
        var regions: [Region] = []
    }

    /// An annotated object, or a crowd of them.
    struct Region: Sendable {
        /// The class; 255 (ignored) for a crowd, whose members are not outlined one by one.
        let label: UInt8
        /// The size in pixels, as annotated.
        let area: Double
        let shape: COCOSegmentation
    }

    /// The annotated size of an image.
    func size(ofImage number: Int) -> (height: Int, width: Int) { (images[number].height, images[number].width) }

    /// The class of each pixel of an image.
    ///
    /// - Throws: ``DatasetError`` where painting the regions would cost more than ``workLimit``.
    func mask(ofImage number: Int) throws(DatasetError) -> Tensor<UInt8> {
        let image = images[number]
        let cost = image.regions.reduce(0) { $0 + $1.shape.cost(height: image.height, width: image.width) }
        guard cost <= Self.workLimit else {
            throw DatasetError(
                path: path, kind: .malformed,
                message: "the regions of '\(image.file.quoted)' are too many and too large: together they cover more than "
                    + "\(Self.workLimit) pixels, or their edges cross more than a 64th of that in rows")
        }
        return Tensor(shape: [image.height, image.width]) { pixels in
            pixels.initialize(repeating: 0)
            for region in image.regions {
                region.shape.paint(region.label, into: pixels, height: image.height, width: image.width)
            }
        }
    }

    /// The most that painting the mask of one image may cost, in pixels.
    static let workLimit = 1 << 32
    /// How many faults of a file are told one by one.
    static let faultLimit = 50
}

extension COCOAnnotations {
    /// Images and annotations that fit each other.
    ///
    /// - Parameters:
    ///   - file: A file as it stands.
    ///   - classes: The classes of all annotation files of the data set.
    ///   - limits: The largest image.
    init(_ file: COCOFile, classes: COCOClasses, limits: ImageLimits) {
        var collector = Collector(file, classes, limits)
        collector.collect()
        path = file.path
        images = collector.sortedImages
        faults = file.faults(at: file.document.flaws + collector.flaws)
        notes = collector.notes
    }

    /// Gathers what fits, and notes what does not.
    private struct Collector {
        let document: COCODocument
        let classes: COCOClasses
        let limits: ImageLimits
        var images: [Image] = []
        var flaws: [COCODocument.Flaw] = []
        /// Annotations without an outline, and those whose number another one has.
        var (boxes, repeated) = (0, 0)

        init(_ file: COCOFile, _ classes: COCOClasses, _ limits: ImageLimits) {
            self.limits = limits
            document = file.document
            self.classes = classes
        }

        mutating func collect() {
            var numbers: [COCODocument.Identifier: Int] = [:]
            var files: [String: (number: Int, id: COCODocument.Identifier)] = [:]
            for image in document.images {
                func flaw(_ message: String) {
                    flaws.append(COCODocument.Flaw(offset: image.offset, message: "image \(image.id) \(message)"))
                }
                guard image.height > 0, image.width > 0, limits.allows(height: image.height, width: image.width) else {
                    flaw("is \(image.width) x \(image.height) pixels large")
                    continue
                }
                guard numbers[image.id] == nil else {
                    flaw("is there twice: '\(images[numbers[image.id] ?? 0].file.quoted)' and '\(image.file.quoted)'")
                    continue
                }
                if let other = files[image.file] {
                    flaw("and image \(other.id) are both of the file '\(image.file.quoted)'")
                    numbers[image.id] = other.number
                    continue
                }
                numbers[image.id] = images.count
                files[image.file] = (images.count, image.id)
                images.append(Image(file: image.file, height: image.height, width: image.width))
            }
            // Those whose image is at fault are left out with it.
            let refused = Set(document.images.map(\.id)).subtracting(numbers.keys)
            var known: Set<COCODocument.Identifier> = []
            for annotation in document.annotations {
                if let id = annotation.id, !known.insert(id).inserted { repeated += 1 }
                if let number = numbers[annotation.image] {
                    add(annotation, to: number)
                } else if !refused.contains(annotation.image) {
                    flaw(of: annotation, "image \(annotation.image) is not there")
                }
            }
            if boxes > 0, boxes == document.annotations.count {
                flaws.append(
                    COCODocument.Flaw(
                        offset: document.annotations[0].offset,
                        message: "none of the \(boxes) annotations has an outline (segmentation); boxes alone give no masks"))
            }
        }

        private mutating func flaw(of annotation: COCODocument.Annotation, _ message: String) {
            flaws.append(COCODocument.Flaw(offset: annotation.offset, message: "\(annotation.name): \(message)"))
        }

        /// Adds the region of an annotation; one that is at fault is to be ignored as far as its place is known.
        private mutating func add(_ annotation: COCODocument.Annotation, to number: Int) {
            let (height, width) = (images[number].height, images[number].width)
            let label = classes.labels[annotation.category]
            if label == nil { flaw(of: annotation, "category \(annotation.category) is not there") }
            var shape: COCOSegmentation?
            if let segmentation = annotation.segmentation {
                do {
                    var left: [COCOSegmentation.Flaw] = []
                    shape = try COCOSegmentation(segmentation, height: height, width: width) { left.append($0) }
                    for flaw in left { self.flaw(of: annotation, flaw.message) }
                } catch {
                    flaw(of: annotation, error.message)
                }
            } else if !annotation.isOutlined {
                boxes += 1
                return
            }
            if let shape {
                let label = annotation.isCrowd ? SegmentationSample.ignoredLabel : label ?? SegmentationSample.ignoredLabel
                images[number].regions.append(Region(label: label, area: annotation.area ?? shape.area, shape: shape))
            } else if let box = annotation.box {
                let shape = COCOSegmentation(x: box[0], y: box[1], width: box[2], height: box[3])
                images[number].regions.append(Region(label: SegmentationSample.ignoredLabel, area: shape.area, shape: shape))
            }
        }

        var sortedImages: [Image] {
            images.map { image in
                var image = image
                image.regions = image.regions.enumerated().sorted { x, y in
                    let ranks = (x.element.rank, y.element.rank)
                    return ranks.0 == ranks.1 ? x.offset < y.offset : ranks.0 > ranks.1
                }.map(\.element)
                return image
            }
        }

        var notes: [String] {
            var notes: [String] = []
            let total = document.annotations.count
            if boxes > 0, boxes < total {
                notes.append("\(boxes) of \(total) annotations have no outline (a box at most) and are in no mask")
            }
            if repeated > 0 { notes.append("\(repeated) of \(total) annotations have the id of another one") }
            let empty = images.count { $0.regions.isEmpty }
            if empty > 0 { notes.append("\(empty) of \(images.count) images have no outlined annotation: their masks are background") }
            return notes
        }
    }
}

extension COCOAnnotations.Region {
    /// How early the region is painted.
    fileprivate var rank: Double { label == SegmentationSample.ignoredLabel ? .infinity : area }
}

/// An annotation file, read but not yet understood.
struct COCOFile {
    let path: String
    let document: COCODocument
    private let bytes: ByteRegion

    /// - Throws: ``DatasetError`` for a file that is missing, is no JSON, or not of COCO's form at all.
    init(path: String) throws(DatasetError) {
        do {
            bytes = try ByteRegion(mapping: path)
        } catch {
            throw DatasetError(path: path, kind: .missing, message: "expected annotations: \(error.reason)")
        }
        self.path = path
        document = try bytes.withUnsafeBytes { (bytes) throws(DatasetError) in
            do throws(JSONReader.Fault) {
                return try JSONReader.read(bytes) { (reader) throws(JSONReader.Fault) in try COCODocument(&reader) }
            } catch {
                throw DatasetError(error, of: bytes, path: path, expected: "annotations in COCO's form")
            }
        }
    }

    /// Flaws with their lines and columns; of very many the first, and their number.
    func faults(at flaws: [COCODocument.Flaw]) -> [DatasetError] {
        let sorted = flaws.sorted { $0.offset < $1.offset }
        let shown = sorted.prefix(COCOAnnotations.faultLimit)
        let places = bytes.withUnsafeBytes { JSONReader.positions(of: shown.map(\.offset), in: $0) }
        let faults = zip(shown, places).map { flaw, place in
            DatasetError(path: "\(path):\(place.line):\(place.column)", kind: .malformed, message: flaw.message)
        }
        guard sorted.count > shown.count else { return faults }
        return faults + [DatasetError(path: path, kind: .malformed, message: "\(sorted.count - shown.count) more faults like these")]
    }
}

extension DatasetError {
    /// What is wrong with a JSON file, with line and column.
    init(_ fault: JSONReader.Fault, of bytes: UnsafeRawBufferPointer, path: String, expected: String) {
        let place = JSONReader.positions(of: [fault.offset], in: bytes)[0]
        let isEmpty = bytes.isEmpty
        self.init(
            path: isEmpty ? path : "\(path):\(place.line):\(place.column)", kind: .malformed,
            message: isEmpty
                ? "expected \(expected), found an empty file"
                : fault.isSyntax ? "expected \(expected), found no valid JSON: \(fault.message)" : "expected \(expected): \(fault.message)")
    }
}
