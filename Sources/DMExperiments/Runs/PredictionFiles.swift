import DMDatasets
public import DMFormats
import DMTensors
import DiffMatch
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
        /// What is worth knowing of the image and its prediction, a sentence each: a noted orientation, 16 bits that are not
        /// used, windows where memory was scarce.
        public var notes: [String]
    }

    /// Whether results that are there already are replaced; without it they are refused.
    public let overwrites: Bool

    /// Predictions of a network into a folder, which the first one makes.
    public init(model: TrainedModel, folder: String, overwrites: Bool = false) {
        self.model = model
        self.folder = folder
        self.overwrites = overwrites
    }

    /// Refuses images whose results would take each other's place, such as `a/photo.png` and `b/photo.jpg`, or that of
    /// something that is there already, such as the photograph itself or its true mask.
    ///
    /// - Parameter paths: The images that are to be predicted.
    /// - Throws: `FileError` that names the first such result, and what is in its way.
    public func check(_ paths: [String]) throws(FileError) {
        var owners: [String: String] = [:]
        for path in paths {
            for result in results(for: path).all {
                if let owner = owners.updateValue(path, forKey: result) {
                    throw FileError(
                        operation: "write", path: result,
                        reason: "it would hold the results of both '\(owner)' and '\(path)'; predict them into two folders")
                }
            }
        }
        let images = Dictionary(paths.compactMap { path in FileIdentity(ofPath: path).map { ($0, path) } }) { first, _ in first }
        for path in paths {
            for result in results(for: path).all {
                // Never with `overwrites` either: links, hard links and mounts lead from one path to the other.
                if let image = FileIdentity(ofPath: result).flatMap({ images[$0] }) {
                    throw FileError(operation: "write", path: result, reason: "the image '\(image)' is there; choose another folder")
                }
                if !overwrites, FileKind(ofPath: result, followsLinks: false) != nil {
                    throw FileError(
                        operation: "write", path: result,
                        reason: "there is a file already; choose another folder, or replace former results by --overwrite")
                }
            }
        }
    }

    /// Predicts an image file.
    ///
    /// - Parameter path: A PNG, JPEG, WebP or BMP file; `dataset.orientation` says whether it is turned.
    /// - Returns: What was written.
    /// - Throws: `ImageFileError` for a file that is no image, `FileError` for a result that cannot be written, as of
    ///   ``check(_:)``, ``MemoryError`` for an image that is too large for the memory.
    public func predict(_ path: String) throws -> Written {
        try check([path])
        let results = results(for: path)
        let reading = model.configuration.dataset.reading
        let (image, properties) = try ImageFile.readImageAndProperties(at: path, reading: reading)
        var notes = properties.notes(reading)
        let (view, note) = try model.view(forHeight: image.shape[0], width: image.shape[1])
        if let note { notes.append(note) }
        let classes = Tensor<UInt8>(converting: try model.predict(image, view: view).classes[0])
        let palette = model.palette
        try FileFolder.create(at: folder)
        try ImageFile.write(LabelMap(classes, palette: palette), to: results.map)
        try ImageFile.write(Picture(image).overlaid(with: classes, palette: palette).image, to: results.overlay)
        return Written(mapPath: results.map, overlayPath: results.overlay, shares: shares(of: classes), notes: notes)
    }

    /// The paths of an image's results.
    private struct Results {
        var map: String
        var overlay: String

        var all: [String] { [map, overlay] }
    }

    private func results(for path: String) -> Results {
        let stem = URL(filePath: path).deletingPathExtension().lastPathComponent
        return Results(map: "\(folder)/\(stem).png", overlay: "\(folder)/\(stem)_overlay.png")
    }

    private func shares(of classes: Tensor<UInt8>) -> [(name: String, share: Double)] {
        let names = model.classNames
        var counted = ClassShares(classCount: names.count)
        counted.add(classes)
        return zip(names, counted.shares).filter { $1 > 0 }.sorted { $0.1 > $1.1 }.map { (name: $0, share: $1) }
    }
}
