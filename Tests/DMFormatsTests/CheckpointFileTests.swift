import DMFormats
import DMTensors
import Testing

@Suite("Checkpoints of training programs") struct CheckpointFileTests {
    @Test(
        "Arrays are read, numbers of NumPy's are numbers, and objects are told",
        arguments: ["protocol2", "protocol4", "protocol5", "legacy"])
    func checkpoint(form: String) throws {
        let file = try PyTorchFile(path: ReferenceFile.path("checkpoint-\(form).pth"))
        let network = form == "legacy" ? [] : ["network.0.weight", "network.0.bias", "network.1.weight"]
        #expect(
            file.arrays.map(\.name) == [
                "model.module.0.weight", "model.module.0.bias", "model.module.1.weight", "array", "columns", "swapped_array",
                "settings.scale",
            ] + network)
        #expect(file["model.module.0.bias"].map(Tensor.init(converting:)) == ReferenceFile.numbers(.float32, shape: [2]))
        #expect(file["array"].map(Tensor.init(converting:)) == ReferenceFile.numbers(.float64, shape: [2, 3]))
        #expect(file["columns"].map(Tensor.init(converting:)) == ReferenceFile.numbers(.int16, shape: [2, 3]))
        #expect(file["swapped_array"].map(Tensor.init(converting:)) == ReferenceFile.numbers(.float32, shape: [3]))
        #expect(file["settings.scale"].map(Tensor.init(converting:)) == ReferenceFile.numbers(.float32, shape: [2]))
        for name in network { #expect(file[name] == file["model.module." + name.dropFirst("network.".count)]) }
        let values = Dictionary(uniqueKeysWithValues: file.values.map { ($0.name, $0.value) })
        let expected: [String: PyTorchValue] = [
            "previous_best": .number(75.25), "best_single": .number(0.5), "seen": .integer(-7), "flag": .bool(true),
            "hyper_parameters": .object("argparse.Namespace"), "hyper_parameters.rate": .number(0.5),
            "hyper_parameters.folder": .object("pathlib.PurePosixPath"), "settings": .object("__main__.Settings"),
            "settings.rate": .number(0.5), "callbacks.(key 0).when": .object("datetime.datetime"), "callbacks.True": .integer(1),
            "callbacks.None": .integer(2), "counts.a": .integer(2), "counts.b": .integer(1), "lists.a.0": .integer(1), "set.0": .integer(5),
            "frozen.0": .integer(6), "large": .object("an integer of 13 bytes"), "device": .object("torch.device"),
        ]
        for (name, value) in expected { #expect(values[name] == value, "\(name)") }
    }

    @Test(
        "Tensors that there is no form for are refused by name, with what to save in their place",
        arguments: [
            ("sparse", "it is sparse; save tensor.to_dense() in its place"),
            ("sparse-rows", "it is sparse; save tensor.to_dense() in its place"),
            ("quantized", "it is quantized; save tensor.dequantize() in its place, or the weights from before the quantization"),
            ("meta", "it has no elements (device 'meta'); save the model once its weights are loaded"),
            ("complex", "its elements are of type ComplexFloat; save tensor.float() in its place"),
            ("float8", "its elements are of type float8_e4m3fn; save tensor.float() in its place"),
            (
                "expanded",
                "shape [4, 3] with strides [0, 1] from element 0 on does not lie within a storage of 3 elements, each used once; "
                    + "save tensor.contiguous() in its place"
            ),
        ])
    func unsupported(kind: String, reason: String) {
        #expect(message { _ = try PyTorchFile(path: ReferenceFile.path("unsupported-\(kind).pth")) } == "tensor '\(kind)': \(reason)")
    }

    @Test("A network in the older format refers to its class with the source code") func olderNetworks() throws {
        var maker = PickleMaker()
        maker.add("((")
        maker.add(text: "module")
        maker.add("ca.b\nNetwork\n")
        maker.add(text: "b.py")
        maker.add(text: "class Network: pass")
        maker.add("tQ)")
        maker.add([0x81])
        maker.add("}(")
        maker.add(text: "_parameters")
        maker.add("}")
        maker.add(text: "weight")
        maker.add(tensorOf: "0", count: 2, shape: [2], strides: [1])
        maker.add("s")
        maker.add(text: "_modules")
        maker.add("}ubt.")
        #expect(try PyTorchFile(bytes: maker.archive(storages: ["0": [UInt8](repeating: 0, count: 8)])).arrays.map(\.name) == ["0.weight"])
    }
}

@Suite("Files that are taken for weights") struct ForeignFormatTests {
    private func format(_ bytes: [UInt8]) -> ForeignFormat? { ForeignFormat(ByteRegion(copying: bytes)) }

    @Test("Kinds are told by the first bytes") func kinds() throws {
        var tar = [UInt8](repeating: 0, count: 512)
        tar.replaceSubrange(257..<262, with: Array("ustar".utf8))
        var torchTar = tar
        torchTar.replaceSubrange(0..<8, with: Array("sys_info".utf8))
        let index = [UInt8](repeating: 1, count: 40) + [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]
        let cases: [([UInt8], ForeignFormat)] = [
            ([], .empty), ([UInt8](repeating: 0, count: 1000), .zeros), ([0x89] + Array("HDF\r\n".utf8) + [0x1a, 0x0a], .hdf5),
            ([0x08, 0x08, 0x12, 0x07] + Array("pytorch".utf8), .onnx), ([0x08, 0x01, 0x12, 0x99, 0x01], .tensorFlowModel),
            (index, .tensorFlowIndex),
            (Array("\u{1c}\0\0\0TFL3".utf8), .tensorFlowLite), (Array("GGUF\u{3}".utf8), .gguf),
            ([0x93] + Array("NUMPY".utf8), .numPyArray),
            (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8), .gitLFS),
            (Array("/annex/objects/SHA256E-s1--0\n".utf8), .gitAnnex),
            (Array("\n<!DOCTYPE HTML><html>".utf8), .webPage), ([0xef, 0xbb, 0xbf] + Array("<HTML>".utf8), .webPage),
            (Array("<?xml version".utf8), .xml),
            (Array(#"{"error": "not found"}"#.utf8), .json), ([0x1f, 0x8b, 8], .gzip), (Array("BZh9".utf8), .bzip2), (tar, .tar),
            (torchTar, .tarredTorch),
            ([0x89] + Array("PNG\r\n".utf8), .image), ([0xff, 0xd8, 0xff, 0xe0], .image),
            (try ReferenceFile.bytes("plain.pkl"), .plainPickle),
        ]
        for (bytes, expected) in cases {
            #expect(format(bytes) == expected)
            #expect(throws: PyTorchFileError.otherFormat(expected)) { try PyTorchFile(bytes: bytes) }
        }
        for bytes in [Array("some text".utf8), [0], [0x80], try ReferenceFile.bytes("types.safetensors")] { #expect(format(bytes) == nil) }
    }

    @Test("Archives are told by their entries") func archives() throws {
        let cases: [([String], ForeignFormat?)] = [
            (["x/data.pkl", "x/data/0", "x/version"], nil), (["x/data.pkl", "x/code/__torch__.py", "x/constants.pkl"], .torchScript),
            (["m/archive_format", "m/models/model.json"], .torchExport), (["metadata.json", "model.weights.h5"], .keras),
            (["a.npy", "b.npy"], .numPyArchive), (["model.pth"], .zip), ([], .zip),
        ]
        for (names, expected) in cases {
            #expect(ForeignFormat(names) == expected)
            guard let expected else { continue }
            var writer = ZipWriter()
            for name in names { writer.append(name, ByteRegion(copying: [1])) }
            let bytes = writer.finished().joinedBytes
            if !names.isEmpty { #expect(throws: PyTorchFileError.otherFormat(expected)) { try PyTorchFile(bytes: bytes) } }
        }
    }

    @Test("Each kind says what to do in one line") func words() {
        for format in ForeignFormat.allCases {
            let words = format.description
            #expect(words.hasPrefix("it is ") && !words.contains("\n") && words.utf8.count < 300)
        }
        #expect(
            ForeignFormat.torchScript.description
                == "it is a TorchScript program; save model.state_dict() of the model that it was made from: "
                + "torch.save({k: v for k, v in model.state_dict().items()}, \"weights.pth\")")
    }
}
