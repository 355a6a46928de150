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
    /// What the samples are called.
    let names: SampleNames
    /// All samples, whatever part they belong to.
    let samples: [FileSample]
    /// The samples of each part, as indices.
    var parts: [DatasetPart: [Int]]
    /// What was found wrong.
    var faults: [DatasetError]
    /// What is worth knowing and not wrong, such as files that are not read.
    var notes: [String] = []
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
        func resolved(_ path: String) throws(DatasetError) -> [Int] {
            let (indices, wrong) = try SampleList(path: path).resolved(by: names.matches) { samples[$0].image }
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

/// Image and mask files paired to samples: files of one name belong together.
struct SamplePairing {
    /// The samples, in the order of the images' paths.
    private(set) var samples: [FileSample] = []
    /// Two files for one sample, masks without an image.
    private(set) var faults: [DatasetError] = []
    /// Files that are not read.
    let notes: [String]
    /// What the samples are called.
    private(set) var names: SampleNames

    /// Which folders of images and masks belong together.
    enum Rule {
        /// Folders below those of images and of masks are called alike.
        case sameFolders
        /// The mask folders of each folder of images; below them, folders are called alike.
        case folders([String: String])
        /// Names alone decide; where several images have one, the mask's folders have to be the end of theirs.
        case names
    }

    /// Pairs files.
    ///
    /// - Parameters:
    ///   - root: The data set's folder, for the faults' paths.
    ///   - images: The images.
    ///   - masks: The masks; of two in several folders for one sample, the first is taken.
    ///   - names: How files are called.
    ///   - rule: Which folders belong together.
    init(root: String, images: ListedImages, masks: ListedImages, names: SampleNames, rule: Rule = .names) {
        (self.names, faults, notes) = (names, images.faults + masks.faults, images.notes + masks.notes)
        var taken: [String: String] = [:]
        for image in images.paths {
            let stem = image.split(separator: "/").dropLast().joined(separator: "/") + "/" + names.stem(of: image)
            if let other = taken.updateValue(image, forKey: stem) {
                taken[stem] = other
                faults.append(
                    DatasetError(
                        path: "\(root)/\(image)", kind: .duplicate, message: "'\(other)' already is the image of '\(names.stem(of: image))'"
                    ))
                continue
            }
            self.names.add(image: image)
        }
        let unique = images.paths.filter { image in
            taken[image.split(separator: "/").dropLast().joined(separator: "/") + "/" + names.stem(of: image)] == image
        }
        samples = unique.enumerated().map { FileSample(identifier: self.names.identifier(of: $0), image: $1, labels: .none) }
        for mask in masks.paths { add(mask, root: root, rule) }
    }

    private mutating func add(_ mask: String, root: String, _ rule: Rule) {
        func fault(_ kind: DatasetError.Kind, _ message: String) {
            faults.append(DatasetError(path: "\(root)/\(mask)", kind: kind, message: message))
        }
        let owners = owners(of: mask, rule)
        guard let index = owners.first else { return fault(.missingImage, "expected an image of this mask, found none") }
        guard owners.count == 1 else {
            let images = owners.prefix(3).map { "'\(samples[$0].image)'" }.joined(separator: " and ")
            return fault(.duplicate, "expected a mask of one image, found the images \(images) for it")
        }
        guard case .file(let other) = samples[index].labels else {
            samples[index].labels = .file(mask)
            names.setMask(mask, of: index)
            return
        }
        // A folder of better masks may stand before another one; within a folder there is one mask of each image.
        if other.split(separator: "/").first == mask.split(separator: "/").first {
            fault(.duplicate, "'\(other)' already is the mask of '\(samples[index].image)'")
        }
    }

    /// The images that a mask may belong to.
    private func owners(of mask: String, _ rule: Rule) -> [Int] {
        let candidates = names.samples(named: mask)
        let folders = mask.split(separator: "/").dropLast()
        switch rule {
        case .sameFolders: return candidates.filter { names.folders(of: $0).dropFirst() == folders.dropFirst() }
        case .folders(let pairs):
            return candidates.filter { index in
                let own = names.folders(of: index)
                return own.first.flatMap { pairs[String($0)] } == folders.first.map(String.init) && own.dropFirst() == folders.dropFirst()
            }
        case .names:
            guard candidates.count > 1 else { return candidates }
            let below = folders.dropFirst()
            return candidates.filter { index in
                let own = names.folders(of: index)
                let common = min(own.count, below.count)
                return own.suffix(common) == below.suffix(common)
            }
        }
    }

    /// The indices of the samples of some images.
    func indices(where isIncluded: (FileSample) -> Bool) -> [Int] { samples.indices.filter { isIncluded(samples[$0]) } }
}
