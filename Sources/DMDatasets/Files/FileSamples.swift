public import DMTensors

/// The samples of one part of a data set that lies in files; read when they are asked for.
public struct FileSamples: SegmentationSamples {
    let root: String
    let items: [FileSample]
    let decoding: LabelDecoding

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

    /// The path of the mask at `index`; nil for labels that are no file of their own.
    public func maskPath(at index: Int) -> String? {
        if case .file(let mask) = items[index].labels { "\(root)/\(mask)" } else { nil }
    }

    /// The sample at `index`.
    ///
    /// - Throws: ``DatasetError`` where a file cannot be read, sizes differ, or a mask has what is no class.
    public func sample(at index: Int) throws -> SegmentationSample {
        let image = try image(at: index)
        let mask = try labels(at: index)
        if let mask, let fault = sizeFault(at: index, image: image, mask: mask) { throw fault }
        return SegmentationSample(identifier: items[index].identifier, image: image, mask: mask)
    }

    /// The image at `index` without its mask, which is not looked at.
    ///
    /// - Throws: ``DatasetError`` where the image cannot be read.
    public func unlabeledSample(at index: Int) throws -> SegmentationSample {
        SegmentationSample(identifier: items[index].identifier, image: try image(at: index), mask: nil)
    }

    /// What is wrong with the sizes of an image and its mask; nil where they agree.
    func sizeFault(at index: Int, image: Tensor<UInt8>, mask: Tensor<UInt8>) -> DatasetError? {
        guard mask.shape != Array(image.shape.prefix(2)) else { return nil }
        return DatasetError(
            path: maskPath(at: index) ?? imagePath(at: index), kind: .sizesDiffer,
            message: "expected the size of its image, \(image.shape[1]) x \(image.shape[0]), "
                + "found \(mask.shape[1]) x \(mask.shape[0])")
    }

    /// The image at `index`, `[height, width, 3]`.
    ///
    /// - Throws: ``DatasetError`` where the file cannot be read.
    public func image(at index: Int) throws(DatasetError) -> Tensor<UInt8> {
        do {
            return try ImageFile.readImage(at: imagePath(at: index))
        } catch {
            throw DatasetError(path: error.path, kind: .unreadable, message: "expected \(error.expected), found \(error.found)")
        }
    }

    /// The labels at `index` without the image, `[height, width]`; nil for an unlabeled one.
    ///
    /// - Throws: ``DatasetError`` where the mask cannot be read or has what is no class.
    public func labels(at index: Int) throws -> Tensor<UInt8>? {
        switch items[index].labels {
        case .none: nil
        case .file(let mask): try decoding.readMask(at: "\(root)/\(mask)")
        case .regions(let annotations, let image): annotations.mask(ofImage: image)
        }
    }
}
