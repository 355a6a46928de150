import DMFormats
import DMTensors

/// Files that an encoder can start from.
enum EncoderWeights {
    /// The tensors of a file: safetensors by its ending, else one of PyTorch's own formats.
    static func read(path: String) throws(EncoderWeightsError) -> ParameterValues {
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
