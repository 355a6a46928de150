public import DMDatasets
import DMTensors
public import DiffMatch
import Foundation

/// Predictions in files, made by any program.
///
/// Each is a PNG of class indices (palette or gray) with the size and, up to the extension, the name of its image.
public struct PredictedMasks: Sendable {
    /// The folder.
    public let folder: String
    /// The files of each sample, by the sample's identifier: those that its path names, and those that only their name does.
    private var files: (exact: [String: [String]], byName: [String: [String]]) = ([:], [:])
    /// How many files are no PNG by their ending.
    private var otherCount = 0

    /// The predictions in a folder and its subfolders.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - dataset: The data set, which maps paths to samples.
    /// - Throws: `DatasetError` if there is no such folder.
    public init(in folder: String, of dataset: any SegmentationDataset) throws(DatasetError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
            let found = FileManager.default.enumerator(atPath: folder)
        else { throw DatasetError(path: folder, kind: .missing, message: "expected a folder of predictions, found none") }
        self.folder = folder
        var paths: [String] = []
        for case let file as String in found {
            if file.lowercased().hasSuffix(".png") {
                paths.append(file)
            } else if found.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
                otherCount += 1
            }
        }
        for file in paths.sorted() {
            let name = String(file.dropLast(4))
            for identifier in dataset.identifiers(ofListed: name) { files.exact[identifier, default: []].append(file) }
            for identifier in dataset.identifiers(ofListed: name.split(separator: "/").last.map(String.init) ?? name) {
                files.byName[identifier, default: []].append(file)
            }
        }
    }

    /// The one file of a sample.
    ///
    /// - Throws: `DatasetError` for none and for several.
    func path(of identifier: String) throws(DatasetError) -> String {
        let found = files.exact[identifier] ?? files.byName[identifier] ?? []
        guard let first = found.first else {
            let others = otherCount == 0 ? "" : "; files in the folder that do not end in .png: \(otherCount)"
            throw DatasetError(
                path: folder, kind: .missing, message: "expected a prediction '\(identifier.quotedName).png', found none\(others)")
        }
        guard found.count == 1 else {
            let names = found.prefix(3).map { "'\($0.quotedName)'" }.joined(separator: " and ")
            throw DatasetError(
                path: folder, kind: .duplicate, message: "expected one prediction of '\(identifier.quotedName)', found \(names)")
        }
        return "\(folder)/\(first)"
    }

    /// Compares the predictions of a part with its masks.
    ///
    /// - Returns: The confusion matrix.
    /// - Throws: `DatasetErrors` with every sample that lacks a prediction and every prediction that cannot be compared,
    ///   and what keeps a sample from being read.
    public func confusionMatrix(on part: DatasetPart, of dataset: any SegmentationDataset) throws -> ConfusionMatrix {
        let samples = try dataset.measuredSamples(of: part)
        var matrix = ConfusionMatrix(classCount: dataset.classNames.count)
        var faults: [DatasetError] = []
        for index in 0..<samples.count {
            let identifier = samples.identifier(at: index)
            guard let truth = try samples.labels(at: index) else {
                throw DatasetError(path: identifier, kind: .missingMask, message: "expected a mask to measure by, found none")
            }
            do throws(DatasetError) {
                let path = try path(of: identifier)
                let predicted = try Self.labels(at: path, pixels: truth.count)
                if let fault = Self.fault(of: predicted, path, truth, classCount: matrix.classCount) {
                    faults.append(fault)
                } else {
                    matrix.add(predictions: Tensor(converting: predicted), truth: Tensor(converting: truth))
                }
            } catch {
                faults.append(error)
            }
        }
        guard faults.isEmpty else { throw DatasetErrors(faults) }
        return matrix
    }

    /// The labels of a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - pixels: The size of its image, whose limit may have been raised.
    static func labels(at path: String, pixels: Int = 0) throws(DatasetError) -> Tensor<UInt8> {
        var limits = ImageLimits()
        limits.pixels = max(limits.pixels, pixels)
        do {
            return try ImageFile.readLabelMap(at: path, limits: limits).labels
        } catch {
            throw DatasetError(path: error.path, kind: .unreadable, message: "expected \(error.expected), found \(error.found)")
        }
    }

    private static func fault(
        of predicted: Tensor<UInt8>, _ path: String, _ truth: Tensor<UInt8>, classCount: Int
    ) -> DatasetError? {
        guard predicted.shape == truth.shape else {
            return DatasetError(
                path: path, kind: .sizesDiffer,
                message: "expected the size of the image, \(truth.shape[1]) x \(truth.shape[0]), "
                    + "found \(predicted.shape[1]) x \(predicted.shape[0])")
        }
        // Where the truth is ignored, a prediction may be anything.
        let wrong = zip(predicted.scalars, truth.scalars).first { Int($0) >= classCount && $1 != SegmentationSample.ignoredLabel }
        return wrong.map {
            DatasetError(path: path, kind: .badLabel, message: "expected the classes 0...\(classCount - 1), found \($0.0)")
        }
    }
}
