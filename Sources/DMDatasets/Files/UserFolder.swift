extension DatasetListing {
    /// The samples of a user's folder: `images/`, `masks/` with the same names but for the extension, and `classes.json`.
    ///
    /// Unlabeled images need no mask. Where the lists `labeled.txt`, `unlabeled.txt`, `val.txt` and `test.txt` exist, they
    /// say how images are used; every image that is in neither of the last two belongs to the training part.
    init(userFolderIn folder: FolderListing) throws(DatasetError) {
        let table = try UserClasses(path: "\(folder.root)/classes.json")
        let images = try folder.folders("images", purpose: "the images")
        let masks = try folder.folders("masks", purpose: "the masks")
        let pairing = SamplePairing(
            root: folder.root, images: try folder.images(in: images), masks: try folder.images(in: masks),
            names: SampleNames(folders: .belongToName), rule: .sameFolders)
        var faults = pairing.faults
        var held: [DatasetPart: [Int]] = [:]
        for (part, name) in [(DatasetPart.validation, "val.txt"), (.test, "test.txt")] where folder.has(name) {
            let found = try SampleList(path: "\(folder.root)/\(name)").resolved(by: pairing.names.matches) { pairing.samples[$0].image }
            held[part] = found.indices
            faults += found.faults
        }
        let others = Set(held.values.joined())
        held[.training] = pairing.samples.indices.filter { !others.contains($0) }
        func list(_ names: String...) -> String? { folder.first(of: names).map { "\(folder.root)/\($0)" } }
        self.init(
            root: folder.root, classNames: table.names, palette: table.palette, decoding: table.decoding, names: pairing.names,
            samples: pairing.samples,
            parts: held, faults: faults, notes: pairing.notes, wantsTrainingMasks: false,
            lists: FileLists(labeled: list("labeled.txt", "labelled.txt"), unlabeled: list("unlabeled.txt", "unlabelled.txt")))
    }
}
