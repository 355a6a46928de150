public import DMLayers

/// Why an encoder cannot start from the weights of a file.
public enum EncoderWeightsError: Error, Equatable, CustomStringConvertible {
    /// The file is not there, damaged, or of no format that is read.
    case unreadable(path: String, reason: String)
    /// The file lacks tensors of the encoder, or has them in other shapes.
    case incomplete(path: String, encoder: String, WeightReport)

    /// The fault in words.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "encoder.weights: \(path): \(reason)"
        case .incomplete(let path, let encoder, let report): "encoder.weights: \(path) does not fit \(encoder): \(report)"
        }
    }
}
