/// Kinds of files that people take for weights, told by their content: what they are, and what to do instead.
public enum ForeignFormat: String, Error, Sendable, CaseIterable, CustomStringConvertible {
    // Weights and networks of other programs.
    case torchScript = "a TorchScript program; save model.state_dict() of the model that it was made from"
    case torchExport = "a program of torch.export; save model.state_dict() of the model that it was made from"
    case tarredTorch = "a file of a version of PyTorch before 0.2 (a tar archive); load it with torch.load there, and save it anew"
    case plainPickle = "a pickle of Python's that is not PyTorch's (Detectron2, Caffe2, Paddle); load it in Python, and save its arrays"
    case hdf5 = "an HDF5 file, as Keras and TensorFlow write them; the weights have to be converted to PyTorch's layout"
    case keras = "a model of Keras; the weights have to be converted to PyTorch's layout"
    case onnx = "what seems to be an ONNX model; save the weights of the model that it was made from"
    case tensorFlowModel = "what seems to be a model of TensorFlow's (SavedModel); the weights have to be converted to PyTorch's layout"
    case tensorFlowIndex = "an index of TensorFlow's checkpoints; the weights have to be converted to PyTorch's layout"
    case tensorFlowLite = "a model of TensorFlow Lite; the weights have to be converted to PyTorch's layout"
    case gguf = "a GGUF file, whose weights are quantized as a rule; take those from before the conversion"
    case numPyArray = "one array of NumPy's (.npy) without names"
    case numPyArchive = "an archive of NumPy's (.npz), whose arrays have no names of PyTorch's"
    // What lies in place of the weights.
    case gitLFS = "a pointer of Git LFS in place of the file; fetch the file with: git lfs pull"
    case gitAnnex = "a pointer of git-annex in place of the file; fetch the file with: git annex get"
    case webPage = "a web page in place of the file: the download failed or asks for a confirmation; download it anew"
    case xml = "an XML text, such as a server's error message, in place of the file; download it anew"
    case json = "a JSON text; of weights in several parts give the index, whose name ends with .index.json"
    case gzip = "a file compressed by gzip; unpack it first"
    case bzip2 = "a file compressed by bzip2; unpack it first"
    case xz = "a file compressed by xz; unpack it first"
    case zstandard = "a file compressed by Zstandard; unpack it first"
    case sevenZip = "a 7-Zip archive; unpack it first"
    case rar = "a RAR archive; unpack it first"
    case tar = "a tar archive; unpack it first"
    case zip = "a zip archive without a pickle of PyTorch's; if it holds files of weights, unpack it first"
    case image = "an image"
    case empty = "an empty file"
    case zeros = "nothing but zeros at its beginning: the download or copy was interrupted; repeat it"

    /// How to save the weights of any model of PyTorch's so that they can be read.
    public static let advice = "save the weights with torch.save({k: v for k, v in model.state_dict().items()}, \"weights.pth\")"

    /// What the file is, and what to do instead, in one line.
    public var description: String {
        switch self {
        case .torchScript, .torchExport, .tarredTorch, .plainPickle, .onnx: "it is \(rawValue): \(Self.pythonAdvice)"
        default: "it is \(rawValue)"
        }
    }

    private static let pythonAdvice = "torch.save({k: v for k, v in model.state_dict().items()}, \"weights.pth\")"
}

extension ForeignFormat {
    /// The kind of a file by its bytes, nil where they tell nothing.
    package init?(_ file: ByteRegion) {
        let start = file[0..<min(file.count, 512)].array
        if start.isEmpty {
            self = .empty
        } else if let format = Self.signatures.first(where: { start.dropFirst($0.offset).starts(with: $0.bytes) })?.format {
            self = format
        } else if start.dropFirst(257).starts(with: Array("ustar".utf8)) {
            // The names of the first entries, in headers of 512 bytes.
            let isTorch = ["sys_info", "pickle", "storages", "tensors"].contains { start.starts(with: Array($0.utf8)) }
            self = isTorch ? .tarredTorch : .tar
        } else if let format = Self.text(start) {
            self = format
        } else if start[0] == 0x80, start.count > 1, (2...5).contains(start[1]) {
            self = .plainPickle
        } else if start.count > 4, start[0] == 0x08, start[1] < 0x20, [0x12, 0x1a, 0x22, 0x3a].contains(start[2]) {
            // The first fields of the messages: a version, and then a message or a text.
            self = start[1] == 1 ? .tensorFlowModel : .onnx
        } else if file.count >= 48, file[file.count - 8..<file.count].array == [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb] {
            self = .tensorFlowIndex
        } else if start.count >= 64, start.allSatisfy({ $0 == 0 }) {
            self = .zeros
        } else {
            return nil
        }
    }

    /// The kind of an archive by the names of its entries, nil where it may be PyTorch's.
    package init?(_ entries: [String]) {
        let parts = entries.map { $0.split(separator: "/") }
        if entries.contains(where: { $0.hasSuffix("/data.pkl") }) {
            // A program has its code beside its data.
            guard parts.contains(where: { $0.count > 2 && $0[1] == "code" }) || parts.contains(where: { $0.last == "constants.pkl" })
            else { return nil }
            self = .torchScript
        } else if parts.contains(where: { $0.last == "archive_format" || $0.last == "model_weights_config.json" }) {
            self = .torchExport
        } else if entries.contains("model.weights.h5") {
            self = .keras
        } else if !entries.isEmpty, entries.allSatisfy({ $0.hasSuffix(".npy") }) {
            self = .numPyArchive
        } else {
            self = .zip
        }
    }

    private static let signatures: [(bytes: [UInt8], offset: Int, format: ForeignFormat)] = [
        ([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], 0, .hdf5), (Array("TFL3".utf8), 4, .tensorFlowLite),
        (Array("GGUF".utf8), 0, .gguf), ([0x93] + Array("NUMPY".utf8), 0, .numPyArray), ([0x1f, 0x8b], 0, .gzip),
        (Array("BZh".utf8), 0, .bzip2), ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], 0, .xz), ([0x28, 0xb5, 0x2f, 0xfd], 0, .zstandard),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 0, .sevenZip), (Array("Rar!".utf8), 0, .rar),
        ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a], 0, .image), ([0xff, 0xd8, 0xff], 0, .image),
        (Array("version https://git-lfs".utf8), 0, .gitLFS), (Array("/annex/objects/".utf8), 0, .gitAnnex),
    ]

    private static func text(_ start: [UInt8]) -> ForeignFormat? {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let visible = (start.starts(with: mark) ? start.dropFirst(3) : start[...]).drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
        let lowercase = String(decoding: visible.prefix(15), as: UTF8.self).lowercased()
        if lowercase.hasPrefix("<!doctype html") || lowercase.hasPrefix("<html") { return .webPage }
        if lowercase.hasPrefix("<?xml") { return .xml }
        return lowercase.hasPrefix("{") || lowercase.hasPrefix("[") ? .json : nil
    }
}
