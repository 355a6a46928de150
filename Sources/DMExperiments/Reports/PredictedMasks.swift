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
    private let paths: [String: String]

    /// The predictions in a folder and its subfolders.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - dataset: The data set, which maps paths to samples.
    /// - Throws: `DatasetError` if there is no such folder.
    public init(in folder: String, of dataset: any SegmentationDataset) throws(DatasetError) {
        guard FileManager.default.fileExists(atPath: folder), let files = FileManager.default.enumerator(atPath: folder) else {
            throw DatasetError(path: folder, kind: .missing, message: "expected a folder of predictions, found none")
        }
        self.folder = folder
        var paths: [String: String] = [:]
        for case let file as String in files where file.lowercased().hasSuffix(".png") {
            paths[dataset.identifier(ofListed: String(file.dropLast(4)))] = "\(folder)/\(file)"
        }
        self.paths = paths
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
            guard let path = paths[dataset.identifier(ofListed: identifier)] else {
                faults.append(
                    DatasetError(path: folder, kind: .missing, message: "expected a prediction '\(identifier).png', found none"))
                continue
            }
            do {
                let predicted = try ImageFile.readLabelMap(at: path).labels
                if let fault = Self.fault(of: predicted, path, truth, classCount: matrix.classCount) {
                    faults.append(fault)
                } else {
                    matrix.add(predictions: Tensor(converting: predicted), truth: Tensor(converting: truth))
                }
            } catch {
                faults.append(
                    DatasetError(path: path, kind: .unreadable, message: "expected \(error.expected), found \(error.found)"))
            }
        }
        guard faults.isEmpty else { throw DatasetErrors(faults) }
        return matrix
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
