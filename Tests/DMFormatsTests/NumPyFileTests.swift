import DMFormats
import DMTensors
import Testing

/// A file of version 1.0 with the given header and that many bytes of data.
private func file(_ header: String, dataSize: Int) -> [UInt8] {
    let count = header.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count % 256), UInt8(count / 256)] + Array(header.utf8)
        + [UInt8](repeating: 1, count: dataSize)
}

private func error(_ bytes: [UInt8]) -> NumPyFileError? {
    do throws(NumPyFileError) {
        _ = try NumPyFile(bytes: bytes)
        return nil
    } catch {
        return error
    }
}

@Suite struct NumPyFileTests {
    @Test(arguments: ReferenceFile.numPyTypes)
    func everyTypeBothWays(type: ElementType) throws {
        let array = try NumPyFile(path: ReferenceFile.path("\(type).npy")).array
        #expect(array.elementType == type)
        #expect(Tensor(converting: array) == ReferenceFile.numbers(type))
        // NumPy's own file, byte for byte.
        #expect(try NumPyFile(ReferenceFile.array(type)).bytes() == ReferenceFile.bytes("\(type).npy"))
    }

    @Test(arguments: ["big-endian", "big-endian-fortran", "version2", "version3"])
    func ordersAndVersions(name: String) throws {
        let array = try NumPyFile(path: ReferenceFile.path("\(name).npy")).array
        #expect(array.tensor == .float(Tensor(converting: ReferenceFile.numbers(.float32))))
    }

    @Test func otherOrdersOfOtherTypes() throws {
        #expect(
            try NumPyFile(path: ReferenceFile.path("fortran.npy")).array.tensor == .double(ReferenceFile.numbers(.float64)))
        let short = try NumPyFile(path: ReferenceFile.path("big-endian-int16.npy")).array
        #expect(Tensor(converting: short) == ReferenceFile.numbers(.int16))
    }

    @Test func shapesBothWays() throws {
        let arrays = [
            ("scalar", StoredArray(Tensor(0.1))), ("empty", StoredArray(Tensor<Int32>([], shape: [0, 3]))),
            ("vector", ReferenceFile.array(.float32, shape: [7])),
        ]
        for (name, array) in arrays {
            let found = try NumPyFile(path: ReferenceFile.path("\(name).npy")).array
            #expect(found.tensor == array.tensor)
            #expect(try NumPyFile(array).bytes() == ReferenceFile.bytes("\(name).npy"))
        }
    }

    @Test(arguments: ["stored", "compressed"])
    func archives(name: String) throws {
        let archive = try NumPyArchive(path: ReferenceFile.path("\(name).npz"))
        let types = ReferenceFile.numPyTypes
        #expect(archive.names == types.map { "\($0)" } + (name == "compressed" ? ["zeros"] : []))
        for type in types {
            #expect(try Tensor(converting: archive.array(named: "\(type)")) == ReferenceFile.numbers(type))
        }
        if name == "compressed" {
            #expect(try archive.array(named: "zeros").tensor == .double(Tensor(repeating: 0, shape: [100, 100])))
            #expect(archive.sizes.last == 80_128)
        }
        #expect(throws: NumPyFileError.arrayNotFound("x")) { try archive.array(named: "x") }
    }

    @Test func errors() throws {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n"
        #expect(error(file(header, dataSize: 8)) == nil)
        #expect(error(file(header, dataSize: 7)) == .truncated(expected: 8, found: 7))
        #expect(error(file(header, dataSize: 9)) == .unusedBytes(count: 1))
        #expect(error(Array("NUMPY".utf8)) == .unknownFormat)
        #expect(error(Array(file(header, dataSize: 0)[..<7])) == .truncated(expected: 8, found: 7))
        #expect(error(Array(file(header, dataSize: 0)[..<9])) == .truncated(expected: 10, found: 9))
        #expect(error(Array(file(header, dataSize: 0)[..<20])) == .truncated(expected: 10 + header.utf8.count, found: 20))
        var other = file(header, dataSize: 8)
        other[6] = 4
        #expect(error(other) == .unsupportedVersion(major: 4, minor: 0))
        let limit = NumPyFile.maximumHeaderSize
        let large = Array(other[..<6]) + [2, 0, 1, 0, UInt8(limit >> 16), 0]
        #expect(error(large) == .headerTooLarge(limit + 1))
        #expect(try error(ReferenceFile.bytes("text.npy")) == .unsupportedType("<U1"))
        for type in ["f4", "<f3", "|f4", "<c8", "|O", ""] {
            #expect(error(file(header.replacing("<f4", with: type), dataSize: 8)) == .unsupportedType(type))
        }
        #expect(error(file(header.replacing("'<f4'", with: "[('a', '<f4')]"), dataSize: 8)) == .unsupportedType("record"))
        #expect(
            error(file(header.replacing("(2,)", with: "(4294967296, 4294967296)"), dataSize: 8))
                == .sizeOverflow(shape: [1 << 32, 1 << 32]))
        #expect(throws: NumPyFileError.unsupportedType("bfloat16")) { try NumPyFile(ReferenceFile.array(.bfloat16)).bytes() }
        let one = ReferenceFile.array(.int8)
        #expect(throws: NumPyFileError.duplicateName("a")) { try NumPyArchive.bytes([("a", one), ("a", one)]) }
        var writer = ZipWriter()
        for name in ["a", "a.npy"] { writer.append(name, ByteRegion(copying: try NumPyFile(one).bytes())) }
        let twice = writer.finished().joinedBytes
        #expect(throws: NumPyFileError.duplicateName("a")) { try NumPyArchive(bytes: twice) }
        let zeros = try NumPyArchive.bytes([("a", StoredArray(Tensor<Float>(repeating: 0, shape: [1000])))], isCompressed: true)
        #expect(throws: NumPyFileError.archive(.tooLarge(inflated: 4128, limit: 4127))) {
            try NumPyArchive(bytes: zeros, inflatedLimit: 4127)
        }
        #expect(try NumPyArchive(bytes: zeros, inflatedLimit: 4128).parameterValues()["a"]?.count == 1000)
        #expect(
            "\(NumPyFileError.archive(.tooLarge(inflated: 5, limit: 4)))"
                == "the compressed arrays stand for 5 bytes; at most 4 are allowed unless the argument inflatedLimit says more")
        let long = String(repeating: "a", count: 65_001)
        #expect(throws: NumPyFileError.nameTooLong(long)) { try NumPyArchive.bytes([(long, one)]) }
    }

    @Test("A compressed array is compared with its shape before it is inflated") func compressedSizes() throws {
        func archive(shape: Int, zeros: Int) -> [UInt8] {
            let header = file("{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape),), }", dataSize: zeros)
            var writer = ZipWriter()
            writer.append("a.npy", ByteRegion(copying: header), isDeflated: true)
            return writer.finished().joinedBytes
        }
        #expect(try NumPyArchive(bytes: archive(shape: 1000, zeros: 4000)).array(named: "a").count == 1000)
        let bomb = try NumPyArchive(bytes: archive(shape: 1, zeros: 4 << 20))
        #expect(throws: NumPyFileError.unusedBytes(count: (4 << 20) - 4)) { try bomb.array(named: "a") }
        #expect(throws: NumPyFileError.truncated(expected: 4_000_000, found: 40)) {
            try NumPyArchive(bytes: archive(shape: 1_000_000, zeros: 40)).array(named: "a")
        }
        // 300 kB that are said to stand for a thousand times as many, in the directory's record.
        var mutator = FileMutator(seed: 1)
        let noise = (0..<300_000).map { _ in UInt8(mutator.random(below: 256)) }
        var writer = ZipWriter()
        writer.append("a.npy", ByteRegion(copying: noise), isDeflated: true)
        var large = writer.finished().joinedBytes
        let signature: [UInt8] = [0x50, 0x4b, 1, 2]
        let record = try #require(large.indices.last { large[$0...].starts(with: signature) })
        // The size stands in the record's field of 64-bit numbers, behind the name and the field's own head.
        let size = record + 46 + "a.npy".utf8.count + 4
        large.replaceSubrange(size..<size + 8, with: [0, 0, 0, 0x11, 0, 0, 0, 0])
        #expect(throws: NumPyFileError.archive(.tooLarge(inflated: 0x1100_0000, limit: 256 << 20))) { try NumPyArchive(bytes: large) }
        #expect(try NumPyArchive(bytes: large, inflatedLimit: 300 << 20).sizes == [0x1100_0000])
    }

    @Test(arguments: [
        "", "{", "{'descr': '<f4'}", "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x", "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (99999999999999999999,)}", "{,}",
    ])
    func malformedHeaders(header: String) throws {
        guard case .malformedHeader = try #require(error(file(header, dataSize: 8))) else {
            Issue.record("\(header): \(String(describing: error(file(header, dataSize: 8))))")
            return
        }
    }
}
