import DMFormats
import DMTensors
import Testing

@Suite("Weights in any format") struct WeightFileTests {
    private let one = StoredArray(Tensor<Float>([1, 2])), two = StoredArray(Tensor<Float>([3]))

    @Test("The content decides, not the name") func content() throws {
        let folder = try TemporaryFolder()
        try Safetensors(arrays: [("a", one)]).write(to: folder.path + "/weights.pth")
        try PyTorchFile.write([("b", two)], to: folder.path + "/weights.safetensors")
        #expect(try WeightFile(path: folder.path + "/weights.pth").arrays.map(\.name) == ["a"])
        #expect(try WeightFile(path: folder.path + "/weights.safetensors").arrays.map(\.name) == ["b"])
        #expect(try WeightFile(path: folder.path + "/weights.pth").parameterValues()["a"] == Tensor([1, 2]))
        try AtomicFile.write("version https://git-lfs.github.com/spec/v1\n", to: folder.path + "/lfs.safetensors")
        #expect(
            message { _ = try WeightFile(path: folder.path + "/lfs.safetensors") }
                == "\(folder.path)/lfs.safetensors: it is a pointer of Git LFS in place of the file; fetch the file with: git lfs pull")
        try AtomicFile.write([1, 2, 3], to: folder.path + "/cut.safetensors")
        #expect(
            message { _ = try WeightFile(path: folder.path + "/cut.safetensors") }
                == "\(folder.path)/cut.safetensors: the file is cut off: expected the 8 bytes of the header's size, found 3")
        try AtomicFile.write([], to: folder.path + "/empty.pth")
        #expect(message { _ = try WeightFile(path: folder.path + "/empty.pth") } == "\(folder.path)/empty.pth: it is an empty file")
    }

    @Test("Weights in several parts are read through their index, and a folder through its usual names", arguments: [true, false])
    func parts(isSafetensors: Bool) throws {
        let folder = try TemporaryFolder()
        let name = isSafetensors ? "model.safetensors.index.json" : "pytorch_model.bin.index.json"
        if isSafetensors {
            try Safetensors(arrays: [("a", one), ("unlisted", two)]).write(to: folder.path + "/part-1")
            try Safetensors(arrays: [("b", two)]).write(to: folder.path + "/part-2")
        } else {
            try PyTorchFile.write([("a", one), ("unlisted", two)], to: folder.path + "/part-1")
            try PyTorchFile.write([("b", two)], to: folder.path + "/part-2")
        }
        try AtomicFile.write(
            #"{"metadata": {"total_size": 12}, "weight_map": {"b": "part-2", "a": "part-1"}}"#, to: "\(folder.path)/\(name)")
        for path in [folder.path, "\(folder.path)/\(name)"] {
            let file = try WeightFile(path: path)
            #expect(file.arrays.map(\.name) == ["a", "b"])
            #expect(file.parameterValues()["b"] == Tensor([3]))
        }
    }

    @Test("What an index lacks is told") func indexFaults() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/model.safetensors.index.json"
        try Safetensors(arrays: [("a", one)]).write(to: folder.path + "/part")
        for (text, expected) in [
            (#"{"weight_map": {"a": "../part"}}"#, "\(path): '../part' is no name of a file beside it"),
            (#"{"weight_map": {"a": "part", "z": "part"}}"#, "\(path): the part 'part' has no array 'z'"),
            (#"{"weight_map": {"a": "none"}}"#, "cannot open '\(folder.path)/none': No such file or directory"),
            (#"{"a": 1}"#, "\(path): it is a JSON text without a 'weight_map' of names and files"),
            (#"{"weight_map": {"a": "#, "\(path): it is a JSON text without a 'weight_map' of names and files"),
        ] {
            try AtomicFile.write(text, to: path)
            #expect(message { _ = try WeightFile(path: path) } == expected)
        }
        let empty = try TemporaryFolder()
        #expect(
            message { _ = try WeightFile(path: empty.path) }
                == "\(empty.path): the folder has no weights; expected one of model.safetensors, model.safetensors.index.json, "
                + "pytorch_model.bin, pytorch_model.bin.index.json")
    }

    @Test("Arrays with what is no finite number are named, with how many", arguments: [ElementType.float16, .bfloat16, .float32, .float64])
    func nonFinite(type: ElementType) throws {
        let folder = try TemporaryFolder()
        let odd = StoredArray(converting: Tensor<Float>([.nan, 1, -.infinity, .infinity, 0, 1e-8]), to: type)
        let sound = StoredArray(converting: Tensor<Float>([-0.0, 1, 3e4, -3e4]), to: type)
        try Safetensors(arrays: [("sound", sound), ("odd", odd), ("whole", StoredArray(Tensor<Int64>([-1])))]).write(to: folder.path + "/a")
        let found = try WeightFile(path: folder.path + "/a").nonFiniteArrays()
        #expect(found.map(\.description) == ["odd (3 of 6 elements)"])
    }
}
