extension HostileCase {
    /// Safetensors files.
    static var safetensors: [HostileCase] {
        // Made when they are needed: some take long.
        func file(
            _ entries: @escaping @autoclosure () -> String, data: Int = 0, announced: UInt64? = nil
        ) -> (Workshop) throws -> Launch {
            {
                let data = [UInt8](repeating: 0, count: data)
                return try $0.weights(
                    SafetensorsFile(header: "{\(entries())}", data: data, announced: announced).bytes, as: "weights.safetensors")
            }
        }
        let entry = SafetensorsFile.entry
        func raw(_ header: @escaping @autoclosure () -> String) -> (Workshop) throws -> Launch {
            { try $0.weights(SafetensorsFile(header: header()).bytes, as: "weights.safetensors") }
        }
        func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        return [
            HostileCase(
                "safetensors: arrays that overlap", isQuick: true, file(entry("a", [2], 0..<8) + "," + entry("b", [2], 4..<12), data: 12)),
            HostileCase(
                "safetensors: 100,000 arrays of the same bytes",
                file((0..<100_000).map { entry("a\($0)", [250_000], 0..<1_000_000) }.joined(separator: ","), data: 1_000_000)),
            HostileCase("safetensors: a hole", file(entry("a", [1], 0..<4) + "," + entry("b", [1], 8..<12), data: 12)),
            HostileCase("safetensors: bytes behind the last array", file(entry("a", [1], 0..<4), data: 12)),
            HostileCase("safetensors: two arrays of one name", file(entry("a", [1], 0..<4) + "," + entry("a", [1], 4..<8), data: 8)),
            HostileCase(
                "safetensors: the same, one name escaped", file(entry("a", [1], 0..<4) + "," + entry(#"\u0061"#, [1], 4..<8), data: 8)),
            HostileCase("safetensors: a header of 2^63 bytes", file("", announced: 1 << 63)),
            HostileCase("safetensors: a header of 2^64 - 1 bytes", file("", announced: .max)),
            HostileCase("safetensors: a header of 100 MB announced", file("", announced: 100_000_000)),
            HostileCase("safetensors: 20 MB of blanks", raw("{" + repeated(" ", 20_000_000) + "}")),
            HostileCase("safetensors: 3,000,000 brackets", raw(#"{"a":"# + repeated("[", 3_000_000))),
            HostileCase("safetensors: 3,000,000 braces", raw(repeated(#"{"a":"#, 3_000_000))),
            HostileCase(
                "safetensors: 200,000 empty arrays", file((0..<200_000).map { entry("a\($0)", [0], 0..<0) }.joined(separator: ","))),
            HostileCase("safetensors: a shape of 2^32 x 2^32", file(entry("a", [1 << 32, 1 << 32], 0..<0))),
            HostileCase("safetensors: a shape of 2^62 x 4", file(entry("a", [1 << 62, 4], 0..<0))),
            HostileCase("safetensors: a shape of 2^62 x 0", file(entry("a", [1 << 62, 0], 0..<0))),
            HostileCase("safetensors: a shape of 1,000,000 ones", file(entry("a", [Int](repeating: 1, count: 1_000_000), 0..<4), data: 4)),
            HostileCase("safetensors: offsets that fall", raw(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#)),
            HostileCase("safetensors: negative offsets", raw(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#)),
            HostileCase("safetensors: a name of 10 MB", file(entry(repeated("n", 10_000_000), [1], 0..<4), data: 4)),
            HostileCase("safetensors: half a surrogate", file(entry(#"\ud800"#, [1], 0..<4), data: 4)),
            HostileCase("safetensors: an array called __metadata__", file(entry("__metadata__", [1], 0..<4), data: 4)),
        ]
    }

    /// PyTorch files.
    static var pytorch: [HostileCase] {
        typealias File = PyTorchFile
        func file(_ pickle: @escaping @autoclosure () -> [UInt8]) -> (Workshop) throws -> Launch {
            { try $0.weights(File.archive(pickle()), as: "weights.pth") }
        }
        let evaluation: [UInt8] = [0x80, 4] + File.text("builtins") + File.text("eval") + [0x93]
        func tensor(_ tensor: @escaping @autoclosure () -> [UInt8]) -> (Workshop) throws -> Launch {
            file(File.pickle(File.dictionary("a", tensor())))
        }
        func repeated(_ letters: String, _ count: Int) -> [UInt8] { Array(repeatElement(File.op(letters), count: count).joined()) }
        let good = File.pickle(File.dictionary("a", File.tensor()))
        // Each list holds the one before twice.
        func doubling(_ first: [UInt8], _ count: Int) -> [UInt8] {
            var operations = first + File.op("q\0")
            for level in 0..<UInt8(count) {
                operations += File.op("]q")
                operations.append(level + 1)
                for _ in 0..<2 { operations += File.op("h") + [level] + File.op("a") }
            }
            return operations
        }
        var cases: [HostileCase] = [
            HostileCase(
                "pth: a call of os.system", isQuick: true,
                file(File.pickle(File.op("cos\nsystem\n"), File.tuple(File.text("true")), File.op("R")))),
            HostileCase(
                "pth: a call of eval",
                file(evaluation + File.tuple(File.text("1")) + File.op("R."))),
            HostileCase("pth: a name below a known one", file(File.pickle(File.op("ctorch._utils\n_rebuild_tensor_v2.__globals__\n")))),
            HostileCase("pth: 2,500,000 marks", file(File.pickle(repeated("(", 2_500_000)))),
            HostileCase("pth: 30,000,000 copies", file(File.pickle(File.op("N"), [UInt8](repeating: 0x32, count: 30_000_000)))),
            HostileCase("pth: a list that holds itself", file(File.pickle(File.op("]q\0h\0a")))),
            HostileCase("pth: a dictionary that holds itself", file(File.pickle(File.op("}q\0"), File.text("k"), File.op("h\0s")))),
            HostileCase("pth: lists that double 40 times", file(File.pickle(doubling(File.op("]"), 40)))),
            HostileCase("pth: the same, of tensors", file(File.pickle(doubling(File.op("]") + File.tensor() + File.op("a"), 25)))),
            HostileCase("pth: a text of 2^64 - 1 bytes", file([0x80, 4, 0x8d] + UInt64.max.littleEndianBytes + File.op("."))),
            HostileCase("pth: a text of -1 bytes", file(File.pickle(File.op("T"), UInt32.max.littleEndianBytes))),
            HostileCase("pth: a storage of 2^62 numbers", tensor(File.tensor(count: 1 << 62))),
            HostileCase("pth: a storage of -1 numbers", tensor(File.tensor(count: -1))),
            HostileCase("pth: 2^31 x 2^31 of one number", tensor(File.tensor(shape: [1 << 31 - 1, 1 << 31 - 1], strides: [0, 0]))),
            HostileCase("pth: a shape of 2^62 x 4", tensor(File.tensor(shape: [1 << 62, 4], strides: [0, 0]))),
            HostileCase("pth: negative strides", tensor(File.tensor(offset: 3, strides: [-1]))),
            HostileCase("pth: an offset of 2^62", tensor(File.tensor(offset: 1 << 62))),
            HostileCase("pth: a negative shape", tensor(File.tensor(shape: [-4]))),
            HostileCase("pth: strides of 2^62", tensor(File.tensor(strides: [1 << 62]))),
            HostileCase("pth: a storage that is a path", tensor(File.tensor(key: "../../../etc/passwd"))),
            HostileCase("pth: a pickle that unpacks to 3 GB") {
                try $0.weights(ZipFile(entries: [.init("archive/data.pkl", zeros: 3 << 30)]).bytes, as: "weights.pth")
            },
            HostileCase("pth: a storage that unpacks to 1 GB") {
                let pickle = File.pickle(File.dictionary("a", File.tensor(count: 1 << 28)))
                let entries = [ZipFile.Entry("archive/data.pkl", pickle), .init("archive/data/0", zeros: 1 << 30)]
                return try $0.weights(ZipFile(entries: entries).bytes, as: "weights.pth")
            },
            HostileCase("pth: 1000 entries in one place") {
                let entries = [ZipFile.Entry](repeating: .init("archive/data.pkl", good), count: 1000)
                return try $0.weights(ZipFile(entries: entries, overlaps: true).bytes, as: "weights.pth")
            },
            HostileCase("pth: 65,535 entries announced, one there") {
                try $0.weights(ZipFile(entries: [.init("archive/data.pkl", good)], missing: 65_534).bytes, as: "weights.pth")
            },
            HostileCase("pth: 60,000 entries") {
                let entries = (0..<60_000).map { ZipFile.Entry("archive/data/\($0)", [120]) }
                return try $0.weights(ZipFile(entries: [.init("archive/data.pkl", good)] + entries).bytes, as: "weights.pth")
            },
        ]
        for count in [10_000, 2_000_000] {
            cases.append(
                HostileCase("pth: \(count) lists within one another", file(File.pickle(repeated("]", count), repeated("a", count - 1)))))
            cases.append(
                HostileCase(
                    "pth: \(count) tuples within one another", file(File.pickle(File.op(")"), [UInt8](repeating: 0x85, count: count)))))
        }
        return cases
    }
}
