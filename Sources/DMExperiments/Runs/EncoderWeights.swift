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
            guard report.nonFinite.isEmpty else { throw .notFinite(path: path, tensors: report.nonFinite) }
        }
        return makeTrainer().initialState(of: model)
    }

    /// The tensors of a file, whose content tells its format.
    private static func weights(at path: String) throws(EncoderWeightsError) -> ParameterValues {
        do throws(WeightFileError) { return try WeightFile(path: path).parameterValues() } catch {
            // The path stands before the reason already.
            let reason = "\(error)"
            let repeated = "\(path): "
            throw .unreadable(path: path, reason: reason.hasPrefix(repeated) ? String(reason.dropFirst(repeated.count)) : reason)
        }
    }
}

/// Why an encoder cannot start from the weights of a file.
public enum EncoderWeightsError: Error, Equatable, CustomStringConvertible {
    /// The file is missing, damaged or of an unknown format.
    case unreadable(path: String, reason: String)
    /// The file lacks tensors of the encoder, or their shapes differ.
    case incomplete(path: String, encoder: String, WeightReport)
    /// Tensors of the encoder hold infinities or what is no number.
    case notFinite(path: String, tensors: [String])

    /// The error in words.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "encoder.weights: \(path): \(reason)"
        case .incomplete(let path, let encoder, let report):
            "encoder.weights: \(path) does not fit \(encoder): \(report)" + Self.hint(path)
        case .notFinite(let path, let tensors):
            "encoder.weights: \(path) holds infinities or what is no number in \(tensors.count) of the encoder's tensors: "
                + tensors.prefix(6).joined(separator: ", ") + (tensors.count > 6 ? ", ..." : "")
        }
    }

    /// What to do about a file that is one part of several, as its name tells: `model-00001-of-00002.safetensors`.
    private static func hint(_ path: String) -> String {
        guard path.wholeMatch(of: /.*-[0-9]+-of-[0-9]+\.[a-z]+/) != nil else { return "" }
        return "\nthe file is one part of several: give their folder, or the index (.index.json)"
    }
}
