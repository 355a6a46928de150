import DMFormats
import DMTensors
import Testing

private func error(_ bytes: [UInt8]) -> PyTorchFileError? {
    do throws(PyTorchFileError) {
        _ = try PyTorchFile(bytes: bytes)
        return nil
    } catch {
        return error
    }
}

/// The error of a pickle of the given instructions.
private func error(_ make: (inout PickleMaker) -> Void) -> PyTorchFileError? {
    var maker = PickleMaker()
    make(&maker)
    return error(maker.archive())
}

/// Pickles that nobody's `torch.save` writes.
@Suite struct PickleTests {
    @Test(
        "Nothing that a pickle names is called: what it would have made is told, and the arrays beside it are read",
        arguments: [
            "os.system", "posix.system", "builtins.eval", "builtins.getattr", "__builtin__.exec", "subprocess.Popen", "torch.load",
            "torch.storage._load_from_bytes", "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar", "numpy.dtype",
            "collections.OrderedDict.x", "_codecs.encode",
        ])
    func foreignGlobals(name: String) throws {
        let dot = name.lastIndex(of: ".")!
        let (module, function) = (String(name[..<dot]), String(name[name.index(after: dot)...]))
        let calls: [(inout PickleMaker) -> Void] = [
            { $0.add("c\(module)\n\(function)\n(X\u{2}\0\0\0lstR") },
            { maker in
                maker.add("c\(module)\n\(function)\n(X\u{2}\0\0\0lst")
                maker.add([0x81])
            },
            { $0.add("c\(module)\n\(function)\n)R}b") },
            { $0.add("c\(module)\n\(function)\n") },
            { maker in
                maker.add(text: module)
                maker.add(text: function)
                maker.add([0x93])
            },
        ]
        for call in calls {
            var maker = PickleMaker()
            maker.add("}(X\u{1}\0\0\0o")
            call(&maker)
            maker.add(text: "t")
            maker.add(tensorOf: "0", count: 2, shape: [2], strides: [1])
            maker.add("u.")
            let file = try PyTorchFile(bytes: maker.archive(storages: ["0": [UInt8](repeating: 0, count: 8)]))
            #expect(file.values.map(\.name) == ["o"])
            #expect(file.values[0].value == .object(name))
            #expect(file["t"]?.shape == [2])
        }
    }

    @Test(arguments: [0x69, 0x6f, 0x82, 0x50, 0x97, 0x00, 0x49] as [UInt8])
    func refusedInstructions(opcode: UInt8) {
        #expect(error { $0.add([opcode] + Array("a\nb\n.".utf8)) } == .refusedInstruction(opcode, offset: 2))
    }

    @Test func protocols() {
        for version in [0, 1, 6, 255] as [UInt8] {
            var writer = ZipWriter()
            writer.append("x/data.pkl", ByteRegion(copying: [0x80, version, 0x4e, 0x2e]))
            #expect(error(writer.finished().joinedBytes) == .malformedPickle(offset: 2, expected: "a pickle of protocol 2 to 5"))
        }
    }

    @Test(arguments: [
        (".", "a value on the stack"), ("0.", "a value on the stack"), ("t.", "a mark"), ("N(0a.", "a value on the stack"),
        ("(a.", "1 values on the stack"),
        ("(NR.", "a tuple"), ("NNa.", "a list"), ("NNNs.", "a dictionary, and keys with values"),
        ("}(Nu.", "a dictionary, and keys with values"), ("h\u{5}.", "a value remembered at 5"), ("NN.", "one value at the end"),
        ("(N.", "one value at the end"), ("(2.", "a value on the stack"), ("NQ.", "a tuple"),
    ])
    func malformedPickles(instructions: String, expected: String) throws {
        guard case .malformedPickle(_, let found) = try #require(error { $0.add(instructions) }) else {
            Issue.record("\(instructions): \(String(describing: error { $0.add(instructions) }))")
            return
        }
        #expect(found == expected)
    }

    @Test func cutOffPickles() {
        for instructions in ["", "N", "X\u{ff}\0\0\0", "K", "c", "cos\nsystem", "G\0\0"] {
            guard case .truncated = error({ $0.add(instructions) }) else {
                Issue.record("\(instructions): \(String(describing: error { $0.add(instructions) }))")
                continue
            }
        }
        #expect(error { $0.add("N.N") } == .unusedBytes(offset: 4))
        #expect(error { $0.add([0x58, 1, 0, 0, 0, 0xff, 0x2e]) } == .malformedPickle(offset: 3, expected: "text in UTF-8"))
        #expect(error { $0.add([0x8d] + [UInt8](repeating: 0xff, count: 8) + [0x2e]) } == .truncated(offset: 3))
        #expect(error { $0.add([0x54, 0xff, 0xff, 0xff, 0xff, 0x2e]) } == .truncated(offset: 7))
    }

    @Test func refusedCalls() throws {
        for instructions in [
            "ctorch\nFloatStorage\n)R.", "ctorch\nSize\n)R.", "ccollections\nOrderedDict\n(K\u{1}tR.",
            "ctorch._utils\n_rebuild_parameter\n)R.", "ctorch._utils\n_rebuild_tensor_v2\n)R.", "N)R.", "(X\u{1}\0\0\0xtQ.",
            "ctorch._utils\n_rebuild_tensor_v3\n)R.", "ctorch._tensor\n_rebuild_from_type_v2\n)R.",
        ] {
            guard case .refusedCall = try #require(error { $0.add(instructions) }) else {
                Issue.record("\(instructions): \(String(describing: error { $0.add(instructions) }))")
                continue
            }
        }
    }

    @Test func containersWithinThemselves() {
        // A list that holds itself, and one that holds it.
        #expect(error { $0.add("]q\u{1}h\u{1}a.") } == .tooLarge("more than 64 containers within one another"))
        // Half a million lists within one another.
        #expect(
            error { maker in
                maker.add(String(repeating: "]", count: 500_000) + String(repeating: "a", count: 499_999) + ".")
            } == .tooLarge("more than 64 containers within one another"))
        // Each dictionary holds the one before twice: 2^25 paths in a few hundred bytes.
        #expect(
            error { maker in
                maker.add("}q\u{0}X\u{1}\0\0\0xNs0")
                for level in 1...25 as ClosedRange<UInt8> {
                    maker.add([0x7d, 0x71, level])
                    for name in ["a", "b"] {
                        maker.add(text: name)
                        maker.add([0x68, level - 1, 0x73])
                    }
                    maker.add("0")
                }
                maker.add("h\u{19}.")
            } == .tooLarge("more names than a pickle of this size has"))
    }

    @Test func copiesWithoutEnd() {
        // One list of pairs, made a dictionary of a thousand times.
        #expect(
            error { maker in
                maker.add("(" + String(repeating: "(NNt", count: 1000) + "tq\u{0}0")
                for _ in 0..<1000 { maker.add("ccollections\nOrderedDict\n(h\u{0}tR0") }
                maker.add("N.")
            } == .tooLarge("values that are copied again and again"))
    }

    @Test("An object that is held again and again is not looked through again and again") func objectsHeldOften() {
        let error = error { maker in
            maker.add("ca\nb\n)Rq\u{0}}(X\u{b}\0\0\0_parameters}X\u{8}\0\0\0_modules}")
            maker.add(String(repeating: "K\u{1}N", count: 10_000) + "ub0](" + String(repeating: "h\u{0}", count: 10_000) + "e.")
        }
        #expect(error == .tooLarge("more names than a pickle of this size has"))
    }

    @Test("A text that stands for no bytes is looked at once", .timeLimit(.minutes(1))) func textsHeldOften() throws {
        var maker = PickleMaker()
        maker.add("c_codecs\nencode\n(")
        maker.add(text: String(repeating: "a", count: 1_000_000) + "名")
        // The bytes of an array that ten thousand names are for; each of them would take a millisecond.
        maker.add("tRq\u{0}0cnumpy.core.multiarray\n_reconstruct\n)R(K\u{1}")
        maker.add(integers: [1])
        maker.add("cnumpy\ndtype\n(X\u{2}\0\0\0u1tR")
        maker.add([0x89])
        maker.add("h\u{0}tbq\u{1}0](" + String(repeating: "h\u{1}", count: 100_000) + "e.")
        let start = ContinuousClock.now
        let file = try PyTorchFile(bytes: maker.archive())
        #expect(file.arrays.isEmpty && file.values.count >= 100_000)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("Names of classes and storages are no longer than names are") func longNames() {
        let long = String(repeating: "a", count: 1000)
        for instructions in ["c\(long)\nb\n.", "ca\n\(long)\n."] {
            guard case .malformedPickle(_, "a name that a class may have") = error({ $0.add(instructions) }) else {
                Issue.record("\(String(describing: error { $0.add(instructions) }))")
                continue
            }
        }
        guard case .refusedCall = error({ $0.add(storage: long, type: "FloatStorage", count: 1) }) else {
            Issue.record("a storage of a long name is not refused")
            return
        }
    }

    @Test func tooManyValues() {
        #expect(error { $0.add(String(repeating: "]", count: 1 << 20)) } == .tooLarge("a pickle of more than \(1 << 21) values"))
        #expect(error { $0.add(String(repeating: "(", count: 1 << 21)) } == .tooLarge("a pickle of more than \(1 << 21) values"))
        #expect(error { $0.add(String(repeating: "N", count: 1 << 21)) } == .tooLarge("a pickle of more than \(1 << 21) values"))
        #expect(
            error { $0.add(text: String(repeating: "a", count: PyTorchFile.maximumPickleSize)) }
                == .tooLarge("a pickle of more than \(PyTorchFile.maximumPickleSize) bytes"))
    }

    @Test func names() {
        #expect(error { $0.add("}(X\u{1}\0\0\0aNX\u{1}\0\0\0aNu.") } == .duplicateName("a"))
        // A dotted key and a nested one.
        #expect(error { $0.add("}(X\u{3}\0\0\0a.bNX\u{1}\0\0\0a}X\u{1}\0\0\0bNsu.") } == .duplicateName("a.b"))
    }

    @Test("Functions and arguments within themselves have an end") func callsWithinThemselves() {
        // A list that holds the function, something, and itself: the call would call itself.
        #expect(
            error { $0.add("ctorch._tensor\n_rebuild_from_type_v2\nq\u{1}](h\u{1}Nh\u{2}eq\u{2}0]q\u{2}(h\u{1}Nh\u{2}e0h\u{1}h\u{2}R.") }
                != nil)
        // An object that is its own attribute, argument and element.
        #expect(error { $0.add("ca\nb\n)Rq\u{1}}(X\u{1}\0\0\0xh\u{1}ubh\u{1}a(h\u{1}h\u{1}u.") } == nil)
        // One list is the argument of ten thousand objects.
        #expect(
            error { maker in
                maker.add("(" + String(repeating: "N", count: 1000) + "tq\u{0}0")
                for _ in 0..<10_000 { maker.add("ca\nb\nh\u{0}R0") }
                maker.add("N.")
            } == .tooLarge("values that are copied again and again"))
        // One text is the bytes of ten thousand arrays.
        #expect(
            error { maker in
                maker.add("(" + "X\0\u{8}\0\0" + String(repeating: "a", count: 2048) + "q\u{0}0")
                for _ in 0..<1000 {
                    maker.add("cnumpy.core.multiarray\n_reconstruct\n)R(K\u{1}")
                    maker.add(integers: [2048])
                    maker.add("cnumpy\ndtype\n(X\u{2}\0\0\0u1tR")
                    maker.add([0x89])
                    maker.add("c_codecs\nencode\n(h\u{0}X\u{6}\0\0\0latin1tRtb")
                }
                maker.add("t.")
            } == nil)
    }
}
