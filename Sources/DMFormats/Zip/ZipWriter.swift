/// Makes a zip archive, with sizes of 64 bits throughout.
///
/// Times are left at their beginning: equal entries give equal bytes.
package struct ZipWriter {
    private var parts: [ByteRegion] = []
    private var offset = 0
    private var directory: [UInt8] = []
    private var count = 0

    /// A multiple of which the offset of each entry's bytes is.
    private let alignment: Int

    private static let firstDay: UInt16 = 1 << 5 | 1
    /// Version 4.5 of the format, the first with sizes of 64 bits.
    private static let version: UInt16 = 45
    private static let isUTF8Flag: UInt16 = 1 << 11

    /// An archive whose entries' bytes begin at multiples of `alignment`.
    package init(alignment: Int = 1) { self.alignment = alignment }

    /// Adds an entry at the end.
    ///
    /// - Precondition: No other entry has the name.
    package mutating func append(_ name: String, _ bytes: ByteRegion, isDeflated: Bool = false) {
        let stored = isDeflated ? Deflate.deflated(bytes) : bytes
        var common: [UInt8] = []
        common.append(littleEndian: Self.version)
        common.append(littleEndian: Self.isUTF8Flag)
        common.append(littleEndian: isDeflated ? 8 as UInt16 : 0)
        common.append(littleEndian: 0 as UInt16)
        common.append(littleEndian: Self.firstDay)
        common.append(littleEndian: Deflate.checksum(bytes))
        common.append(littleEndian: UInt32.max)
        common.append(littleEndian: UInt32.max)
        common.append(littleEndian: UInt16(name.utf8.count))

        var local: [UInt8] = []
        local.append(littleEndian: 0x0403_4b50 as UInt32)
        local += common
        var extra = Self.wideField([bytes.count, stored.count])
        let end = offset + local.count + 2 + name.utf8.count + extra.count
        extra += Self.padding(to: alignment, from: end)
        local.append(littleEndian: UInt16(extra.count))
        local += Array(name.utf8) + extra

        let wide = Self.wideField([bytes.count, stored.count, offset])
        directory.append(littleEndian: 0x0201_4b50 as UInt32)
        directory.append(littleEndian: Self.version)
        directory += common
        directory.append(littleEndian: UInt16(wide.count))
        directory += [UInt8](repeating: 0, count: 10)
        directory.append(littleEndian: UInt32.max)
        directory += Array(name.utf8) + wide

        parts += [ByteRegion(copying: local), stored]
        offset += local.count + stored.count
        count += 1
    }

    /// The bytes of the archive, one part after another.
    package func finished() -> [ByteRegion] {
        var end: [UInt8] = []
        end.append(littleEndian: 0x0606_4b50 as UInt32)
        end.append(littleEndian: 44 as UInt64)
        end.append(littleEndian: Self.version)
        end.append(littleEndian: Self.version)
        end.append(littleEndian: 0 as UInt64)
        end.append(littleEndian: UInt64(count))
        end.append(littleEndian: UInt64(count))
        end.append(littleEndian: UInt64(directory.count))
        end.append(littleEndian: UInt64(offset))
        end.append(littleEndian: 0x0706_4b50 as UInt32)
        end.append(littleEndian: 0 as UInt32)
        end.append(littleEndian: UInt64(offset + directory.count))
        end.append(littleEndian: 1 as UInt32)
        // The record of old, in which the largest number says that the true one is above.
        end.append(littleEndian: 0x0605_4b50 as UInt32)
        end.append(littleEndian: 0 as UInt32)
        end.append(littleEndian: UInt16(clamping: count))
        end.append(littleEndian: UInt16(clamping: count))
        end.append(littleEndian: UInt32(clamping: directory.count))
        end.append(littleEndian: UInt32(clamping: offset))
        end.append(littleEndian: 0 as UInt16)
        return parts + [ByteRegion(copying: directory + end)]
    }

    /// The field that holds numbers of 64 bits.
    private static func wideField(_ numbers: [Int]) -> [UInt8] {
        var field: [UInt8] = []
        field.append(littleEndian: 1 as UInt16)
        field.append(littleEndian: UInt16(numbers.count * 8))
        for number in numbers { field.append(littleEndian: UInt64(number)) }
        return field
    }

    /// A field of zeros that ends at a multiple of the alignment; nothing where that is 1.
    private static func padding(to alignment: Int, from offset: Int) -> [UInt8] {
        guard alignment > 1 else { return [] }
        let headerSize = 4
        let count = (alignment - (offset + headerSize) % alignment) % alignment
        var field = Array("FB".utf8)
        field.append(littleEndian: UInt16(count))
        return field + [UInt8](repeating: 0, count: count)
    }
}

extension [UInt8] {
    /// Adds a number, its low byte first.
    mutating func append(littleEndian number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
