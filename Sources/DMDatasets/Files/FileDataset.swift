public import DMTensors

/// A data set in files, in the layout in which it was published or in a simple one for data of your own.
///
/// ```swift
/// func firstSample() throws -> SegmentationSample {
///     let voc = try FileDataset(.pascal, root: "/data/VOCdevkit/VOC2012")
///     return try voc.samples(of: .training).sample(at: 0)
/// }
/// ```
public struct FileDataset: SegmentationDataset {
    /// The names of the classes.
    public let classNames: [String]
    /// The colors of the classes.
    public let palette: Palette
    /// What was wrong when the files were listed; the samples themselves have not been read.
    public let faults: [DatasetError]
    /// How many samples a part has in the official data set, where there is one.
    public let officialCounts: [DatasetPart: [Int]]
    /// The lists in use: the given ones, else those that lie in the folder.
    public let lists: FileLists
    /// What is worth knowing of the files and not wrong, such as how many are not read.
    public let notes: [String]
    private let parts: [DatasetPart: FileSamples]
    private let names: SampleNames

    /// Finds the samples of a data set.
    ///
    /// - Parameters:
    ///   - layout: How its folder is arranged.
    ///   - root: The folder.
    ///   - lists: Lists that say what belongs to a part, in place of the layout's own.
    ///   - reading: How images are read; masks stay as they are stored.
    /// - Throws: ``DatasetError`` where the folder does not have that layout, or a list cannot be read.
    public init(
        _ layout: DatasetLayout, root: String, lists: FileLists = FileLists(), reading: ImageReading = ImageReading()
    ) throws(DatasetError) {
        let folder = try FolderListing(root: root)
        let found =
            switch layout {
            case .pascal: try DatasetListing(pascalIn: folder)
            case .cityscapes: try DatasetListing(cityscapesIn: folder)
            case .coco: try DatasetListing(cocoIn: folder, limits: reading.limits)
            case .camvid: try DatasetListing(camVidIn: folder)
            case .folder: try DatasetListing(userFolderIn: folder)
            }
        (classNames, palette, names, officialCounts) = (found.classNames, found.palette, found.names, found.officialCounts)
        notes = found.notes
        self.lists = FileLists(
            labeled: lists.labeled ?? found.lists.labeled, unlabeled: lists.unlabeled ?? found.lists.unlabeled,
            validation: lists.validation ?? found.lists.validation)
        let (items, faults) = try found.parts(lists: self.lists)
        self.faults = faults
        parts = items.mapValues { FileSamples(root: root, items: $0, decoding: found.decoding, reading: reading) }
    }

    /// The samples of a part.
    public func samples(of part: DatasetPart) -> FileSamples { parts[part]! }

    /// The identifiers of the samples that an entry of a list means: a path of its image or mask, or the identifier itself.
    ///
    /// Paths may begin anywhere; where several samples have one name, their folders tell them apart.
    public func identifiers(ofListed entry: String) -> [String] { names.matches(entry).map(names.identifier) }
}

/// How the files of a data set are arranged.
public enum DatasetLayout: String, Sendable, CaseIterable, Codable {
    /// PASCAL VOC 2012, with or without the masks of SBD (Everingham et al., 2010; Hariharan et al., 2011).
    case pascal
    /// Cityscapes (Cordts et al., 2016).
    case cityscapes
    /// COCO 2017 (Lin et al., 2014), from mask files or from annotations.
    case coco
    /// CamVid in SegNet's version (Brostow et al., 2009; Badrinarayanan et al., 2017).
    case camvid
    /// Data of your own: `images`, `masks` and `classes.json`.
    case folder
}

/// Lists that say which samples belong to a part of a data set; nil where the layout decides.
public struct FileLists: Sendable, Equatable {
    /// The training images that are used with labels.
    public var labeled: String?
    /// The training images that are used without labels.
    public var unlabeled: String?
    /// The validation part.
    public var validation: String?

    /// The given lists, as paths.
    public init(labeled: String? = nil, unlabeled: String? = nil, validation: String? = nil) {
        self.labeled = labeled
        self.unlabeled = unlabeled
        self.validation = validation
    }
}

/// The samples of one part of a data set in files; they are read on demand.
public struct FileSamples: SegmentationSamples {
    let root: String
    let items: [FileSample]
    let decoding: LabelDecoding
    let reading: ImageReading

    /// The number of samples.
    public var count: Int { items.count }

    /// The name of the sample at `index`.
    public func identifier(at index: Int) -> String { items[index].identifier }

    /// `image mask`, or `image` alone, relative to the data set's folder.
    public func listing(at index: Int) -> String {
        if case .file(let mask) = items[index].labels { "\(items[index].image) \(mask)" } else { items[index].image }
    }

    /// Whether the sample at `index` has labels.
    public func isLabeled(at index: Int) -> Bool { items[index].isLabeled }

    /// The path of the image at `index`.
    public func imagePath(at index: Int) -> String { "\(root)/\(items[index].image)" }

    /// The path of the mask at `index`; nil for labels that have no file of their own.
    public func maskPath(at index: Int) -> String? {
        if case .file(let mask) = items[index].labels { "\(root)/\(mask)" } else { nil }
    }

    /// The sample at `index`.
    ///
    /// - Throws: ``DatasetError`` where a file cannot be read, sizes differ, or a mask has a number that is no class.
    public func sample(at index: Int) throws -> SegmentationSample {
        let (image, mask) = (try image(at: index), try labels(at: index))
        if let mask, let error = DatasetError(sizesOf: image, and: mask, path: maskPath(at: index) ?? imagePath(at: index)) {
            throw error
        }
        return SegmentationSample(identifier: items[index].identifier, image: image, mask: mask)
    }

    /// The image at `index`, `[height, width, 3]`.
    ///
    /// - Throws: ``DatasetError`` where the file cannot be read.
    public func image(at index: Int) throws(DatasetError) -> Tensor<UInt8> {
        do {
            return try ImageFile.readImage(at: imagePath(at: index), reading: reading)
        } catch {
            throw DatasetError(error)
        }
    }

    /// The image at `index`, and what its file says besides the pixels.
    ///
    /// - Throws: ``DatasetError`` where the file cannot be read.
    func imageAndProperties(at index: Int) throws(DatasetError) -> (image: Tensor<UInt8>, properties: ImageProperties) {
        do {
            return try ImageFile.readImageAndProperties(at: imagePath(at: index), reading: reading)
        } catch {
            throw DatasetError(error)
        }
    }

    /// The labels at `index` without the image, `[height, width]`; nil for an unlabeled one.
    ///
    /// - Throws: ``DatasetError`` where the mask cannot be read or has a number that is no class.
    public func labels(at index: Int) throws -> Tensor<UInt8>? {
        switch items[index].labels {
        case .none: return nil
        case .file(let mask): return try decoding.readMask(at: "\(root)/\(mask)", limits: reading.limits)
        case .regions(let annotations, let number):
            // The size that annotations claim is believed at once only where its mask takes little memory.
            let size = annotations.size(ofImage: number)
            if size.height * size.width > Self.maskLimit {
                let image = try image(at: index).shape
                guard image[0] == size.height, image[1] == size.width else {
                    throw DatasetError(
                        path: imagePath(at: index), kind: .sizesDiffer,
                        message: "expected the annotated size, \(size.width) x \(size.height), found \(image[1]) x \(image[0])")
                }
            }
            return try annotations.mask(ofImage: number)
        }
    }

    /// The largest mask, in pixels, that is painted from annotations before its image's own size is known.
    private static let maskLimit = 1 << 24
}

/// Where one sample of a data set lies.
struct FileSample: Sendable {
    /// The name, unique within the data set.
    let identifier: String
    /// The path of the image, from the data set's folder.
    let image: String
    /// Where the labels are.
    var labels: Labels

    enum Labels: Sendable {
        /// Nowhere: the image is unlabeled.
        case none
        /// In a mask file, from the data set's folder.
        case file(String)
        /// In annotations, under the number of the image there.
        case regions(COCOAnnotations, Int)
    }

    /// Whether there are labels.
    var isLabeled: Bool {
        if case .none = labels { false } else { true }
    }
}
