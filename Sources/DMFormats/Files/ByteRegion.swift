import DMTensors
import Foundation

/// Bytes that lie in memory for as long as somebody holds them: of a mapped file, a tensor, or memory of their own.
///
/// Nobody writes them: this is what makes the unchecked conformance sound.
package struct ByteRegion: @unchecked Sendable {
    private let bytes: UnsafeRawBufferPointer
    private let owner: any AnyObject & Sendable

    private init(_ bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
        self.bytes = bytes
        self.owner = owner
    }

    /// The bytes of a file: those of a small one in memory of their own; of a large one the system reads the pages when
    /// they are looked at.
    ///
    /// Whoever shortens a large file meanwhile takes the bytes away, which ends the program; files replaced in one step
    /// do not suffer from that.
    ///
    /// - Throws: ``FileError`` where there is no such file, it is a folder, a pipe, a socket or a device, or it cannot be
    ///   read.
    package init(mapping path: String) throws(FileError) {
        let file = try OpenFile(reading: path)
        guard file.size <= Self.largestCopiedSize else {
            let mapping = try FileMapping(file)
            self.init(mapping.bytes, owner: mapping)
            return
        }
        let storage = Storage<UInt8>(count: file.size)
        guard try file.read(into: UnsafeMutableRawBufferPointer(storage.elements)) == file.size else {
            throw FileError(operation: "read", path: path, reason: "it became shorter while it was read")
        }
        self.init(UnsafeRawBufferPointer(storage.elements), owner: storage)
    }

    /// The largest file that is copied, in bytes.
    private static let largestCopiedSize = 1 << 20

    /// A copy of an array.
    package init(copying array: [UInt8]) {
        self.init(count: array.count) { $0.copyBytes(from: array) }
    }

    /// A copy of several regions, one after another.
    init(joining regions: [ByteRegion]) {
        self.init(count: regions.reduce(0) { $0 + $1.count }) { target in
            var offset = 0
            for region in regions {
                region.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: $0) }
                offset += region.count
            }
        }
    }

    /// Bytes that `body` writes, every one of them.
    init<E>(count: Int, initializingWith body: (UnsafeMutableRawBufferPointer) throws(E) -> Void) throws(E) {
        let storage = Storage<UInt8>(count: count)
        try body(UnsafeMutableRawBufferPointer(storage.elements))
        self.init(UnsafeRawBufferPointer(storage.elements), owner: storage)
    }

    /// The elements of a tensor, which are not copied.
    init(elementsOf tensor: Tensor<some TensorScalar>) {
        self.init(UnsafeRawBufferPointer(tensor.storage.elements), owner: tensor.storage)
    }

    /// The number of bytes.
    package var count: Int { bytes.count }

    /// A part of the bytes; its bounds lie within `0...count`.
    package subscript(range: Range<Int>) -> ByteRegion { ByteRegion(UnsafeRawBufferPointer(rebasing: bytes[range]), owner: owner) }

    /// The bytes, copied.
    package var array: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Calls `body` with the bytes.
    package func withUnsafeBytes<R, E>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(owner) {} }
        return try body(bytes)
    }

    /// The little-endian number at an offset, nil where the bytes end before its end.
    func integer<Integer: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Integer.Type = Integer.self) -> Integer? {
        guard offset >= 0, offset <= count - MemoryLayout<Integer>.size else { return nil }
        return withUnsafeBytes { Integer(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Integer.self)) }
    }

    /// The text in UTF-8 that the bytes are, nil where they are none.
    var text: String? { withUnsafeBytes { String(validating: $0, as: UTF8.self) } }
}

extension Sequence<ByteRegion> {
    /// The bytes of all regions, one after another.
    package var joinedBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(reduce(0) { $0 + $1.count })
        for region in self { region.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }
}

extension ByteRegion: Hashable {
    /// Whether both are the same bytes at the same place.
    package static func == (x: ByteRegion, y: ByteRegion) -> Bool {
        x.bytes.baseAddress == y.bytes.baseAddress && x.bytes.count == y.bytes.count
    }

    /// Mixes place and length into a hash.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.baseAddress)
        hasher.combine(bytes.count)
    }
}

/// A file whose pages are part of the program's memory.
private final class FileMapping: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init(_ file: OpenFile) throws(FileError) {
        guard let address = mmap(nil, file.size, PROT_READ, MAP_PRIVATE, file.descriptor, 0), address != MAP_FAILED else {
            throw FileError(cannot: "map", file.path)
        }
        bytes = UnsafeRawBufferPointer(start: address, count: file.size)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }
}
