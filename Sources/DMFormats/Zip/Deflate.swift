import CDMZlib
import DMTensors

/// Compression and checksums by zlib.
enum Deflate {
    /// How many bytes one compressed byte can stand for: a copy of 258 bytes takes two bits at least.
    static let maximumRatio = 1032

    /// The `size` bytes that compressed ones stand for; nil where they stand for fewer or more, or are damaged.
    static func inflated(_ compressed: ByteRegion, size: Int) -> ByteRegion? {
        var stream = z_stream()
        guard inflateInit2_(&stream, rawWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var isComplete = false
        let region = ByteRegion(count: size) { target in
            let run = run(&stream, from: compressed, to: target, inflate)
            isComplete = run.status == Z_STREAM_END && run.produced == size && run.consumed == compressed.count
        }
        return isComplete ? region : nil
    }

    /// The first bytes that compressed ones stand for: fewer than asked for where there are no more, or they are damaged.
    static func start(of compressed: ByteRegion, count: Int) -> ByteRegion {
        var stream = z_stream()
        guard inflateInit2_(&stream, rawWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return compressed[0..<0]
        }
        defer { inflateEnd(&stream) }
        var produced = 0
        let region = ByteRegion(count: count) { target in
            produced = run(&stream, from: compressed, to: target, inflate).produced
            target[produced...].initializeMemory(as: UInt8.self, repeating: 0)
        }
        return region[0..<produced]
    }

    /// The bytes, compressed.
    static func deflated(_ bytes: ByteRegion) -> ByteRegion {
        var stream = z_stream()
        let status = deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, rawWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        // Its working memory is all that can be missing.
        guard status == Z_OK else { TensorMemory.stopForLackOfMemory(byteCount: 268 << 10) }
        defer { deflateEnd(&stream) }
        var count = 0
        let region = ByteRegion(count: Int(deflateBound(&stream, UInt(bytes.count)))) { target in
            count = run(&stream, from: bytes, to: target, deflate).produced
            target[count...].initializeMemory(as: UInt8.self, repeating: 0)
        }
        return region[0..<count]
    }

    /// The checksum that zip archives keep of an entry's bytes.
    static func checksum(_ bytes: ByteRegion) -> UInt32 {
        bytes.withUnsafeBytes { bytes in
            UInt32(truncatingIfNeeded: crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
        }
    }

    /// No header and no trailer around the compressed bytes, and the largest window.
    private static let rawWindow: Int32 = -15

    /// Hands over bytes until the stream ends or cannot go on: zlib counts in 32 bits.
    private static func run(
        _ stream: inout z_stream, from source: ByteRegion, to target: UnsafeMutableRawBufferPointer,
        _ step: (z_streamp, Int32) -> Int32
    ) -> (status: Int32, consumed: Int, produced: Int) {
        source.withUnsafeBytes { source in
            let largest = 1 << 30
            var consumed = 0
            var produced = 0
            while true {
                let input = UnsafeMutableRawBufferPointer(mutating: UnsafeRawBufferPointer(rebasing: source[consumed...].prefix(largest)))
                let output = UnsafeMutableRawBufferPointer(rebasing: target[produced...].prefix(largest))
                stream.next_in = input.bindMemory(to: UInt8.self).baseAddress
                stream.avail_in = uInt(input.count)
                stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = uInt(output.count)
                let status = step(&stream, consumed + input.count == source.count ? Z_FINISH : Z_NO_FLUSH)
                let taken = input.count - Int(stream.avail_in)
                let given = output.count - Int(stream.avail_out)
                consumed += taken
                produced += given
                guard status == Z_OK || status == Z_BUF_ERROR, taken + given > 0 else { return (status, consumed, produced) }
            }
        }
    }
}
