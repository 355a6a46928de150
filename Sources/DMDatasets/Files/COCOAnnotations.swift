import DMTensors
import Foundation

/// The annotated regions of COCO's images, and the masks that follow from them.
///
/// Source: Lin et al., *Microsoft COCO: Common Objects in Context*, ECCV 2014; the format is described at
/// <https://cocodataset.org/#format-data>.
struct COCOAnnotations: Sendable {
    /// The classes: the background, then the categories in the order of their numbers.
    let classNames: [String]
    /// The annotated images.
    let images: [Image]

    /// An image and its regions.
    struct Image: Sendable {
        /// The image's file, as the annotations name it.
        let file: String
        let height: Int
        let width: Int
        /// The regions in the order in which they are painted: crowds, which are to be ignored, then the largest object
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

    /// The class of each pixel of an image.
    func mask(ofImage number: Int) -> Tensor<UInt8> {
        let image = images[number]
        return Tensor(shape: [image.height, image.width]) { pixels in
            pixels.initialize(repeating: 0)
            for region in image.regions {
                region.shape.paint(region.label, into: pixels, height: image.height, width: image.width)
            }
        }
    }
}

extension COCOAnnotations {
    /// Reads an annotation file.
    ///
    /// - Throws: ``DatasetError`` for a file that is missing or not of COCO's form.
    init(path: String) throws(DatasetError) {
        let document: COCODocument
        do {
            document = try JSONDecoder().decode(COCODocument.self, from: Data(contentsOf: URL(filePath: path), options: .mappedIfSafe))
        } catch let error as DecodingError {
            throw DatasetError(path: path, kind: .malformed, message: "expected annotations in COCO's form: \(error.place)")
        } catch {
            throw DatasetError(path: path, kind: .missing, message: "expected annotations: \(error.localizedDescription)")
        }
        do {
            try self.init(document)
        } catch {
            throw DatasetError(path: path, kind: .malformed, message: error.message)
        }
    }

    private init(_ document: COCODocument) throws(COCODocument.Flaw) {
        let categories = document.categories.sorted { $0.id < $1.id }
        // A category of number 0 is the background itself.
        let hasBackground = categories.first?.id == 0
        classNames = (hasBackground ? [] : ["background"]) + categories.map(\.name)
        guard (2...255).contains(classNames.count) else {
            throw COCODocument.Flaw("expected 1 to 254 categories, found \(categories.count)")
        }
        let labels = Dictionary(
            categories.enumerated().map { ($1.id, UInt8($0 + (hasBackground ? 0 : 1))) }, uniquingKeysWith: { first, _ in first })
        guard labels.count == categories.count else { throw COCODocument.Flaw("two categories have one number") }

        var images: [Image] = []
        var numbers: [Int: Int] = [:]
        for image in document.images {
            guard image.height > 0, image.width > 0, ImageFile.allows(height: image.height, width: image.width) else {
                throw COCODocument.Flaw("image \(image.id) is \(image.width) x \(image.height) pixels large")
            }
            if numbers.updateValue(images.count, forKey: image.id) != nil {
                throw COCODocument.Flaw("two images have the number \(image.id)")
            }
            images.append(Image(file: image.file_name, height: image.height, width: image.width))
        }
        for annotation in document.annotations {
            guard let number = numbers[annotation.image_id] else {
                throw COCODocument.Flaw("annotation \(annotation.id) is of image \(annotation.image_id), which is not there")
            }
            guard let label = labels[annotation.category_id] else {
                throw COCODocument.Flaw("annotation \(annotation.id) has category \(annotation.category_id), which is not there")
            }
            guard let segmentation = annotation.segmentation else { continue }
            let (height, width) = (images[number].height, images[number].width)
            let shape = try COCOSegmentation(segmentation, height: height, width: width, annotation: annotation.id)
            images[number].regions.append(
                Region(
                    label: annotation.iscrowd == 1 ? SegmentationSample.ignoredLabel : label,
                    area: annotation.area ?? shape.area, shape: shape))
        }
        self.images = images.map { image in
            var image = image
            image.regions = image.regions.enumerated().sorted { x, y in
                let ranks = (x.element.rank, y.element.rank)
                return ranks.0 == ranks.1 ? x.offset < y.offset : ranks.0 > ranks.1
            }.map(\.element)
            return image
        }
    }
}

extension COCOAnnotations.Region {
    /// How early the region is painted.
    fileprivate var rank: Double { label == SegmentationSample.ignoredLabel ? .infinity : area }
}

extension DecodingError {
    /// What is wrong where, in one line.
    fileprivate var place: String {
        let context: Context? =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: nil
            }
        guard let context else { return "\(self)" }
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return (path.isEmpty ? "" : "\(path.drop { $0 == "." }): ") + context.debugDescription
    }
}

/// The JSON of an annotation file; names follow the file.
struct COCODocument: Decodable {
    var images: [Image]
    var annotations: [Annotation]
    var categories: [Category]

    struct Image: Decodable {
        var id: Int
        var file_name: String
        var height: Int
        var width: Int
    }

    struct Annotation: Decodable {
        var id: Int
        var image_id: Int
        var category_id: Int
        var segmentation: Segmentation?
        var iscrowd: Int?
        var area: Double?
    }

    struct Category: Decodable {
        var id: Int
        var name: String
    }

    /// Polygons, or a run-length encoding (RLE).
    enum Segmentation: Decodable {
        /// The corners of each polygon: x, y, x, y, ...
        case polygons([[Double]])
        /// Uncompressed RLE: lengths of runs, column by column, the first one outside the region.
        case runs([Int], size: [Int])
        /// Compressed RLE: the same as a string.
        case compressedRuns(String, size: [Int])

        private enum CodingKeys: String, CodingKey {
            case counts, size
        }

        init(from decoder: any Decoder) throws {
            guard let runs = try? decoder.container(keyedBy: CodingKeys.self) else {
                self = .polygons(try decoder.singleValueContainer().decode([[Double]].self))
                return
            }
            let size = try runs.decode([Int].self, forKey: .size)
            if let text = try? runs.decode(String.self, forKey: .counts) {
                self = .compressedRuns(text, size: size)
            } else {
                self = .runs(try runs.decode([Int].self, forKey: .counts), size: size)
            }
        }
    }

    /// What is wrong with the content of a file of the right form.
    struct Flaw: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }
}
