/// The samples of some image and mask files: what has the same identifier belongs together.
struct SamplePairing {
    /// The samples, in the order of the images' paths.
    private(set) var samples: [FileSample] = []
    /// Two files for one sample, masks without an image.
    private(set) var faults: [DatasetError] = []
    /// The index of each sample.
    private(set) var indices: [String: Int] = [:]

    /// Pairs files.
    ///
    /// - Parameters:
    ///   - root: The data set's folder, for the faults' paths.
    ///   - images: Paths of images.
    ///   - masks: Paths of masks; of two for one sample, the first is taken.
    ///   - rule: How paths tell samples.
    ///   - needsImages: Whether a mask without an image is at fault.
    init(root: String, images: [String], masks: [String], rule: IdentifierRule, needsImages: Bool = true) {
        for image in images {
            let identifier = rule(image)
            if let other = indices[identifier] {
                faults.append(
                    DatasetError(
                        path: "\(root)/\(image)", kind: .duplicate,
                        message: "'\(samples[other].image)' already is the image of '\(identifier)'"))
                continue
            }
            indices[identifier] = samples.count
            samples.append(FileSample(identifier: identifier, image: image, labels: .none))
        }
        for mask in masks {
            let identifier = rule(mask)
            if let index = indices[identifier] {
                if !samples[index].isLabeled { samples[index].labels = .file(mask) }
            } else if needsImages {
                faults.append(
                    DatasetError(path: "\(root)/\(mask)", kind: .missingImage, message: "expected an image of this mask, found none"))
            }
        }
    }

    /// The indices of the samples of some images.
    func indices(where isIncluded: (FileSample) -> Bool) -> [Int] { samples.indices.filter { isIncluded(samples[$0]) } }
}
