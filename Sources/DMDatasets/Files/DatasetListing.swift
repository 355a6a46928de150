/// The files of a data set as its layout finds them in a folder, before lists of the user's own are taken into account.
struct DatasetListing {
    /// The data set's folder.
    let root: String
    /// The names of the classes.
    let classNames: [String]
    /// Their colors.
    let palette: Palette
    /// What masks hold.
    let decoding: LabelDecoding
    /// The identifier of a path.
    let rule: IdentifierRule
    /// All samples, whatever part they belong to.
    let samples: [FileSample]
    /// The samples of each part, as indices.
    var parts: [DatasetPart: [Int]]
    /// What was found wrong.
    var faults: [DatasetError]
    /// How many samples a part of the official data set has.
    var officialCounts: [DatasetPart: [Int]] = [:]
    /// Whether a training image without labels is at fault, rather than an unlabeled one.
    var wantsTrainingMasks = true
    /// Whether a list of the data set itself, rather than what lies in its folders, says what the training part is.
    var trainingIsListed = false
    /// The lists that lie in the folder.
    var lists = FileLists()

    /// The samples of each part, once lists are taken into account.
    ///
    /// - Parameter lists: The given lists and those of the folder.
    /// - Returns: The samples, and all faults so far.
    /// - Throws: ``DatasetError`` where a list cannot be read.
    func parts(lists: FileLists) throws(DatasetError) -> (samples: [DatasetPart: [FileSample]], faults: [DatasetError]) {
        var (parts, faults) = (parts, faults)
        let known = Dictionary(samples.enumerated().map { ($1.identifier, $0) }, uniquingKeysWith: { first, _ in first })
        func resolved(_ path: String) throws(DatasetError) -> [Int] {
            let (indices, wrong) = try SampleList(path: path).resolved(among: known, identifier: rule.callAsFunction)
            faults += wrong
            return indices
        }
        if let list = lists.validation {
            let validation = try resolved(list)
            parts[.validation] = validation
            // What was training only because no list said otherwise is so no longer.
            let held = Set(validation)
            if !trainingIsListed { parts[.training]?.removeAll(where: held.contains) }
        }
        // Two lists say together what the training part is; one alone is a choice among what the layout says.
        if let labeled = lists.labeled, let unlabeled = lists.unlabeled {
            let (first, second) = (try resolved(labeled), try resolved(unlabeled))
            let both = Set(first)
            parts[.training] = first + second.filter { !both.contains($0) }
        }
        var mustHaveMasks = parts[.validation, default: []]
        // With a list of the labeled images, all others are unlabeled and need none.
        if wantsTrainingMasks && lists.labeled == nil { mustHaveMasks += parts[.training, default: []] }
        faults += mustHaveMasks.filter { !samples[$0].isLabeled }.map {
            DatasetError(path: "\(root)/\(samples[$0].image)", kind: .missingMask, message: "expected a mask of this image, found none")
        }
        let picked = Dictionary(
            uniqueKeysWithValues: DatasetPart.allCases.map { part in (part, parts[part, default: []].map { samples[$0] }) })
        return (picked, faults)
    }
}

/// Image and mask files paired to samples: files with the same identifier belong together.
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
    ///   - rule: The identifier of a path.
    init(root: String, images: [String], masks: [String], rule: IdentifierRule) {
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
            } else {
                faults.append(
                    DatasetError(path: "\(root)/\(mask)", kind: .missingImage, message: "expected an image of this mask, found none"))
            }
        }
    }

    /// The indices of the samples of some images.
    func indices(where isIncluded: (FileSample) -> Bool) -> [Int] { samples.indices.filter { isIncluded(samples[$0]) } }
}
