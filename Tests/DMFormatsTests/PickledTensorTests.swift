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

/// Tensors that do not fit their storages, and storages that do not fit their files.
@Suite struct PickledTensorTests {
    private let bytes = [UInt8](repeating: 0, count: 48)

    /// The archive of one tensor of a storage of twelve numbers.
    private func archive(offset: Int = 0, _ shape: [Int], _ strides: [Int]) -> [UInt8] {
        var maker = PickleMaker()
        maker.add("}X\u{1}\0\0\0t")
        maker.add(tensorOf: "0", count: 12, offset: offset, shape: shape, strides: strides)
        maker.add("s.")
        return maker.archive(storages: ["0": bytes])
    }

    @Test(arguments: [
        (0, [12], [1]), (0, [3, 4], [4, 1]), (0, [4, 3], [1, 4]), (11, [], []), (2, [2, 5], [5, 1]), (12, [0], [1]), (0, [2, 0], [9, 9]),
        (3, [1, 1], [100, 0]), (1, [6], [2]),
    ])
    func viewsWithinAStorage(offset: Int, shape: [Int], strides: [Int]) throws {
        let array = try PyTorchFile(bytes: archive(offset: offset, shape, strides))["t"]
        #expect(array?.shape == shape)
        #expect(array?.tensor?.shape == shape)
    }

    @Test(arguments: [
        (0, [13], [1]), (1, [12], [1]), (0, [3, 4], [5, 1]), (-1, [1], [1]), (12, [1], [1]), (13, [0], [1]), (0, [-1], [1]),
        (0, [2], [-1]), (0, [2], [12]), (0, [2, 3], [1]), (0, [2], [.max]), (.max, [2], [1]), (0, [.max, .max], [1, 1]),
        (0, [1 << 40, 0, 1 << 40], [0, 0, 0]), (0, [1 << 40], [0]), (0, [2, 12], [0, 1]), (0, [7, 3], [1, 1]),
    ])
    func viewsBeyondAStorage(offset: Int, shape: [Int], strides: [Int]) {
        #expect(
            error(archive(offset: offset, shape, strides))
                == .tensorOutOfStorage(tensor: "t", shape: shape, strides: strides, offset: offset, storageCount: 12))
    }

    @Test func tooManyAxes() {
        guard case .refusedCall = error(archive([Int](repeating: 1, count: 65), [Int](repeating: 1, count: 65))) else {
            Issue.record("a tensor of 65 axes")
            return
        }
        #expect(error(archive([Int](repeating: 1, count: 64), [Int](repeating: 1, count: 64))) == nil)
    }

    @Test func storagesOfOtherSizes() {
        for count in [11, 13, 1 << 62] {
            var maker = PickleMaker()
            maker.add(tensorOf: "0", count: count, shape: [1], strides: [1])
            maker.add(".")
            #expect(
                error(maker.archive(storages: ["0": bytes]))
                    == .storageMismatch(storage: "0", expected: "\(count) elements of type float32", found: "48 bytes"))
            #expect(error(maker.archive(storages: ["1": bytes])) == .missingEntry("x/data/0"))
        }
    }

    @Test func oneStorageUnderTwoTypes() {
        var maker = PickleMaker()
        maker.add("(")
        maker.add(tensorOf: "0", count: 12, shape: [1], strides: [1])
        maker.add(tensorOf: "0", type: "IntStorage", count: 12, shape: [1], strides: [1])
        maker.add("t.")
        #expect(
            error(maker.archive(storages: ["0": bytes]))
                == .storageMismatch(storage: "0", expected: "12 elements of type float32", found: "12 elements of type int32"))
    }

    @Test func viewsShareStoragesWithinBounds() throws {
        func archive(_ count: Int, _ shape: (Int) -> [Int]) -> [UInt8] {
            var maker = PickleMaker()
            maker.add("(")
            for i in 0..<count {
                let extents = shape(i)
                maker.add(tensorOf: "0", count: 12, shape: extents, strides: [1])
            }
            maker.add("t.")
            return maker.archive(storages: ["0": bytes])
        }
        // The same tensor any number of times: it is converted once.
        let tied = try PyTorchFile(bytes: archive(100) { _ in [12] })
        #expect(Set(tied.arrays.map(\.array)).count == 1)
        #expect(tied.parameterValues().count == 100)
        // 12 + 11 + 1 numbers are twice the storage; one more is too many.
        #expect(try PyTorchFile(bytes: archive(3) { [[12], [11], [1]][$0] }).arrays.count == 3)
        #expect(error(archive(3) { [[12], [11], [2]][$0] }) == .tooManyViews(bytes: 100, storageBytes: 48))
    }

    @Test func dictionariesOfPairs() throws {
        // As Python 2 wrote them, with attributes, and a key of its kind of text.
        var maker = PickleMaker()
        maker.add("ccollections\nOrderedDict\n(]](U\u{1}a")
        maker.add(tensorOf: "0", count: 12, shape: [2, 6], strides: [6, 1])
        maker.add("eaT\u{1}\0\0\0b0tR")
        maker.add("}U\u{9}_metadataNsb.")
        #expect(try PyTorchFile(bytes: maker.archive(storages: ["0": bytes])).arrays.map(\.name) == ["a"])
    }

    @Test func formats() throws {
        #expect(error([]) == .otherFormat(.empty))
        #expect(error(Array("not a file of PyTorch's".utf8)) == .unknownFormat)
        #expect(error([0x80, 2, 0x4e, 0x2e]) == .otherFormat(.plainPickle))
        #expect(error(Array("PK".utf8)) == .archive(.missingDirectory))
        var writer = ZipWriter()
        writer.append("x/other.pkl", ByteRegion(copying: bytes))
        #expect(error(writer.finished().joinedBytes) == .otherFormat(.zip))
        #expect(throws: PyTorchFileError.file(FileError(operation: "open", path: "/nowhere", reason: "No such file or directory"))) {
            try PyTorchFile(path: "/nowhere")
        }
    }

    @Test func compressedArchives() throws {
        // Zeros shrink to a thousandth; nobody's weights do.
        var maker = PickleMaker()
        maker.add(tensorOf: "0", count: 1 << 20, shape: [1 << 20], strides: [1])
        maker.add(".")
        var writer = ZipWriter()
        writer.append("x/data.pkl", ByteRegion(copying: maker.bytes))
        writer.append("x/data/0", ByteRegion(copying: [UInt8](repeating: 0, count: 4 << 20)), isDeflated: true)
        #expect(error(writer.finished().joinedBytes) == .archive(.tooLarge(inflated: 4 << 20, limit: 1 << 20)))
    }

    @Test func bigEndianArchives() throws {
        var maker = PickleMaker()
        maker.add(tensorOf: "0", type: "ShortStorage", count: 2, shape: [2], strides: [1])
        maker.add(".")
        for (order, expected) in [("little", [256, 2]), ("big", [1, 512])] as [(String, [Int32])] {
            var writer = ZipWriter()
            writer.append("x/data.pkl", ByteRegion(copying: maker.bytes))
            writer.append("x/byteorder", ByteRegion(copying: Array(order.utf8)))
            writer.append("x/data/0", ByteRegion(copying: [0, 1, 2, 0]))
            let array = try PyTorchFile(bytes: writer.finished().joinedBytes).arrays[0].array
            #expect(Tensor<Int32>(converting: array) == Tensor(expected))
        }
        for (order, found) in [("middle", "middle"), (String(repeating: "a", count: 17), "of 17 bytes")] {
            var writer = ZipWriter()
            writer.append("x/data.pkl", ByteRegion(copying: maker.bytes))
            writer.append("x/byteorder", ByteRegion(copying: Array(order.utf8)))
            #expect(error(writer.finished().joinedBytes) == .unknownByteOrder(found))
        }
    }

    @Test func theOlderFormat() throws {
        let file = try ReferenceFile.bytes("types-legacy.pth")
        #expect(error(Array(file.dropLast())) != nil)
        #expect(error(file + [0]) == .unusedBytes(offset: file.count))
        // The parts of a storage that another one is, as PyTorch wrote them before version 0.4.
        var maker = PickleMaker()
        maker.add("(ctorch._utils\n_rebuild_tensor\n(")
        var part = PickleMaker()
        part.add("(")
        part.add(text: "view")
        part.add(integer: 4)
        part.add(integer: 6)
        part.add("t")
        maker.add(storage: "7", type: "ByteStorage", count: 12, part: Array(part.bytes.dropFirst(2)))
        maker.add(integer: 1)
        maker.add(integers: [2, 2])
        maker.add(integers: [3, 1])
        maker.add("tRt.")
        let head: [UInt8] = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]
        let version: [UInt8] = [0x80, 2, 0x4d, 0xe9, 3, 0x2e]
        let machine: [UInt8] = [0x80, 2, 0x7d, 0x2e]
        let keys: [UInt8] = [0x80, 2, 0x5d, 0x55, 1, 0x37, 0x61, 0x2e]
        let storage: [UInt8] = [12, 0, 0, 0, 0, 0, 0, 0] + Array(0..<12)
        let whole = head + version + machine + maker.bytes + keys + storage
        #expect(try PyTorchFile(bytes: whole)["0"]?.tensor == .uint8(Tensor([5, 6, 8, 9], shape: [2, 2])))
        let otherVersion: [UInt8] = [0x80, 2, 0x4d, 0xe8, 3, 0x2e]
        #expect(
            error(head + otherVersion + machine + maker.bytes + keys + storage)
                == .malformedPickle(offset: 21, expected: "version 1001 of the format"))
        #expect(
            error(head + version + machine + maker.bytes + keys + [11] + storage.dropFirst())
                == .storageMismatch(storage: "7", expected: "12 elements of type uint8", found: "11 elements"))
        #expect(error(head + version + machine + maker.bytes + [0x80, 2, 0x5d, 0x2e]) == .missingEntry("7"))
        let limit = PyTorchFile.maximumPickleSize
        let large: [UInt8] = [0x80, 2, 0x58, 0, 0, 0, UInt8(limit >> 24)] + [UInt8](repeating: 97, count: limit) + [0x2e]
        #expect(error(head + version + machine + large) == .tooLarge("a pickle of more than \(limit) bytes"))
    }
}
