import DMFormats
public import DMLayers
import DMTensors
public import DiffMatch

extension Configuration {
    /// The state before the first step, the encoder with the weights of the configured file if there is one.
    ///
    /// - Throws: `EncoderWeightsError` where the file cannot be read or does not hold the whole encoder.
    public func pretrainedState(classCount: Int) throws(EncoderWeightsError) -> TrainingState {
        var model = makeModel(classCount: classCount)
        if let path = encoder.weights {
            let report = model.encoder.importWeights(try Self.weights(at: path))
            guard report.isComplete else { throw .incomplete(path: path, encoder: encoder.name.rawValue, report) }
        }
        return makeTrainer().initialState(of: model)
    }

    /// The tensors of a file: safetensors by its ending, else one of PyTorch's own formats.
    private static func weights(at path: String) throws(EncoderWeightsError) -> ParameterValues {
        if path.hasSuffix(".safetensors") {
            do throws(SafetensorsError) {
                return try Safetensors(path: path).parameterValues()
            } catch { throw .unreadable(path: path, reason: "\(error)") }
        }
        do throws(PyTorchFileError) {
            return try PyTorchFile(path: path).parameterValues()
        } catch { throw .unreadable(path: path, reason: "\(error)") }
    }
}

/// Why an encoder cannot start from the weights of a file.
public enum EncoderWeightsError: Error, Equatable, CustomStringConvertible {
    /// The file is missing, damaged or of an unknown format.
    case unreadable(path: String, reason: String)
    /// The file lacks tensors of the encoder, or their shapes differ.
    case incomplete(path: String, encoder: String, WeightReport)

    /// The error in words.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "encoder.weights: \(path): \(reason)"
        case .incomplete(let path, let encoder, let report): "encoder.weights: \(path) does not fit \(encoder): \(report)"
        }
    }
}
