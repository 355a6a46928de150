import DMDatasets
public import DMFormats
import DMTensors
import Foundation

/// Predicts image files into a folder.
public struct PredictionFiles: Sendable {
    /// The network.
    public let model: TrainedModel
    /// The folder.
    public let folder: String

    /// What was written for one image.
    public struct Written: Sendable {
        /// The PNG of class indices, with the data set's palette.
        public var mapPath: String
        /// The PNG of the classes laid over the image.
        public var overlayPath: String
        /// The share of each class that occurs, the largest first.
        public var shares: [(name: String, share: Double)]
        /// What is worth knowing of the image, a sentence each: a noted orientation, 16 bits that are not used.
        public var notes: [String]
    }

    /// Predictions of a network into a folder, which the first one makes.
    public init(model: TrainedModel, folder: String) {
        self.model = model
        self.folder = folder
    }

    /// Refuses images whose results would take each other's place, such as `a/photo.png` and `b/photo.jpg`.
    ///
    /// - Parameter paths: The images that are to be predicted.
    /// - Throws: `FileError` that names the first result with two owners, and both of them.
    public func checkDistinct(_ paths: [String]) throws(FileError) {
        var owners: [String: String] = [:]
        for path in paths {
            let results = results(for: path)
            for result in [results.map, results.overlay] {
                if let owner = owners.updateValue(path, forKey: result) {
                    throw FileError(
                        operation: "write", path: result,
                        reason: "it would hold the results of both '\(owner)' and '\(path)'; predict them into two folders")
                }
            }
        }
    }

    /// Predicts an image file.
    ///
    /// - Parameter path: A PNG, JPEG, WebP or BMP file; `dataset.orientation` says whether it is turned.
    /// - Returns: What was written.
    /// - Throws: `ImageFileError` for a file that is no image, `FileError` for a result that cannot be written,
    ///   among them one that would take the image's own place.
    public func predict(_ path: String) throws -> Written {
        let (map, overlay) = results(for: path)
        for result in [map, overlay] where Self.isSameFile(result, path) {
            throw FileError(operation: "write", path: result, reason: "the image itself is there; choose another folder")
        }
        let reading = model.configuration.dataset.reading
        let image = try ImageFile.readImage(at: path, reading: reading)
        let notes = try ImageFile.properties(at: path, limits: reading.limits).notes(reading)
        let classes = try model.classes(of: image)
        let palette = model.palette
        try FileFolder.create(at: folder)
        try ImageFile.write(LabelMap(classes, palette: palette), to: map)
        try ImageFile.write(Picture(image).overlaid(with: classes, palette: palette).image, to: overlay)
        return Written(mapPath: map, overlayPath: overlay, shares: shares(of: classes), notes: notes)
    }

    /// Whether two paths lead to one file, through links, hard links and mounts too.
    private static func isSameFile(_ x: String, _ y: String) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(x, &first) == 0 && stat(y, &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    private func results(for path: String) -> (map: String, overlay: String) {
        let stem = URL(filePath: path).deletingPathExtension().lastPathComponent
        return ("\(folder)/\(stem).png", "\(folder)/\(stem)_overlay.png")
    }

    private func shares(of classes: Tensor<UInt8>) -> [(name: String, share: Double)] {
        let names = model.classNames
        var counted = ClassShares(classCount: names.count)
        counted.add(classes)
        return zip(names, counted.shares).filter { $1 > 0 }.sorted { $0.1 > $1.1 }.map { (name: $0, share: $1) }
    }
}
