import Foundation

/// A safetensors file, as true or as false as a check wants it.
struct SafetensorsFile {
    /// The header's text.
    var header: String
    /// The arrays' bytes.
    var data: [UInt8] = []
    /// The size of the header that the file announces; nil for the true one.
    var announced: UInt64?

    var bytes: [UInt8] {
        let text = Array(header.utf8)
        return (announced ?? UInt64(text.count)).littleEndianBytes + text + data
    }

    /// One entry of a header.
    static func entry(_ name: String, _ shape: [Int], _ range: Range<Int>) -> String {
        #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(range.lowerBound),\#(range.upperBound)]}"#
    }
}

/// A zip archive, as true or as false as a check wants it.
struct ZipFile {
    /// An entry, whose data may be less, or more, than it says.
    struct Entry {
        var name: String
        /// The bytes in the file.
        var packed: [UInt8]
        /// The size that it says to unpack to.
        var size: UInt32
        var isCompressed = false
        var sum: UInt32

        /// An entry that is true.
        init(_ name: String, _ bytes: [UInt8]) {
            (self.name, packed, size, sum) = (name, bytes, UInt32(bytes.count), CRC32.of(bytes))
        }

        /// Compressed zeros; of many the sum is wrong, since nobody may come as far as to look at it.
        init(_ name: String, zeros count: Int) {
            (self.name, packed, size, isCompressed, sum) = (name, Deflate.zeros(count), UInt32(truncatingIfNeeded: count), true, 0)
        }
    }

    var entries: [Entry]
    /// Whether all entries share the place of the first.
    var overlaps = false
    /// How many entries the end announces beyond those there are.
    var missing = 0

    var bytes: [UInt8] {
        var (body, directory): ([UInt8], [UInt8]) = ([], [])
        for entry in entries {
            let name = Array(entry.name.utf8)
            let common =
                UInt16(20).littleEndianBytes + [0, 0] + UInt16(entry.isCompressed ? 8 : 0).littleEndianBytes + [0, 0, 0, 0]
                + entry.sum.littleEndianBytes + UInt32(entry.packed.count).littleEndianBytes + entry.size.littleEndianBytes
                + UInt16(name.count).littleEndianBytes + [0, 0]
            let place = overlaps ? 0 : body.count
            if !overlaps || body.isEmpty { body += Array("PK\u{3}\u{4}".utf8) + common + name + entry.packed }
            directory += Array("PK\u{1}\u{2}".utf8) + UInt16(20).littleEndianBytes + common
            directory += [UInt8](repeating: 0, count: 10) + UInt32(place).littleEndianBytes + name
        }
        let count = UInt16(entries.count + missing).littleEndianBytes
        return body + directory + Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0] + count + count
            + UInt32(directory.count).littleEndianBytes + UInt32(body.count).littleEndianBytes + [0, 0]
    }
}

/// A file of PyTorch's, pickle by pickle operation.
enum PyTorchFile {
    /// An archive with a pickle and one storage of 16 bytes.
    static func archive(_ pickle: [UInt8], storage: [UInt8] = [UInt8](repeating: 0, count: 16)) -> [UInt8] {
        ZipFile(entries: [
            .init("archive/data.pkl", pickle), .init("archive/byteorder", Array("little".utf8)), .init("archive/data/0", storage),
            .init("archive/version", Array("3\n".utf8)),
        ]).bytes
    }

    /// A pickle of protocol 2.
    static func pickle(_ operations: [UInt8]...) -> [UInt8] { [0x80, 2] + operations.joined() + op(".") }

    /// Operations that are written as letters.
    static func op(_ letters: String) -> [UInt8] { Array(letters.utf8) }

    static func text(_ text: String) -> [UInt8] { op("X") + UInt32(text.utf8.count).littleEndianBytes + Array(text.utf8) }

    static func integer(_ value: Int) -> [UInt8] {
        Int32(exactly: value).map { op("J") + $0.littleEndianBytes } ?? [0x8a, 8] + value.littleEndianBytes
    }

    static func tuple(_ parts: [UInt8]...) -> [UInt8] { op("(") + parts.joined() + op("t") }

    /// A tensor of floats in the storage.
    static func tensor(count: Int = 4, offset: Int = 0, shape: [Int] = [4], strides: [Int] = [1], key: String = "0") -> [UInt8] {
        let storage = tuple(text("storage"), op("ctorch\nFloatStorage\n"), text(key), text("cpu"), integer(count)) + op("Q")
        let hooks = op("ccollections\nOrderedDict\n)R")
        return op("ctorch._utils\n_rebuild_tensor_v2\n")
            + tuple(
                storage, integer(offset), tuple(Array(shape.flatMap(integer))), tuple(Array(strides.flatMap(integer))), [0x89], hooks)
            + op("R")
    }

    /// A dictionary of one value.
    static func dictionary(_ key: String, _ value: [UInt8]) -> [UInt8] { op("}(") + text(key) + value + op("u") }
}
