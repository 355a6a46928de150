/// A JPEG file of gray blocks, as true or as false as a check wants it.
struct JPEGImage {
    /// The size, in pixels; the announced one may be another.
    var width: Int, height: Int
    var announced: (width: Int, height: Int)
    var isProgressive = false
    /// The number of components, 1 or 3.
    var components = 1
    /// The sampling factors of the first component, a digit each.
    var sampling: UInt8 = 0x11
    /// The number of scans of a progressive file.
    var scans = 1
    /// Bytes behind the start of the file and before its end.
    var before: [UInt8] = [], padding: [UInt8] = []

    init(_ width: Int, _ height: Int) { (self.width, self.height, announced) = (width, height, (width, height)) }

    private var blocks: Int { ((width + 7) / 8) * ((height + 7) / 8) }

    /// The file.
    var bytes: [UInt8] {
        let size = UInt16(announced.height).bigEndianBytes + UInt16(announced.width).bigEndianBytes
        var frame = [8] + size + [UInt8(components)]
        for component in 1...components { frame += [UInt8(component), component == 1 ? sampling : 0x11, 0] }
        var bytes: [UInt8] = [0xff, 0xd8] + before
        bytes += Self.segment(0xdb, [0] + [UInt8](repeating: 1, count: 64))
        bytes += Self.segment(isProgressive ? 0xc2 : 0xc0, frame)
        // One code of one bit in each table: no difference (DC), and the end of a block, or of 2^14 and more (AC).
        bytes += Self.huffmanTable(0x00, value: 0)
        bytes += Self.huffmanTable(0x10, value: isProgressive ? 0xe0 : 0)
        var all = [UInt8(components)]
        for component in 1...components { all += [UInt8(component), 0] }
        bytes += Self.segment(0xda, all + [0, isProgressive ? 0 : 63, 0])
        bytes += [UInt8](repeating: 0, count: (blocks * components * (isProgressive ? 1 : 2) + 7) / 8)
        for scan in 0..<max(0, scans - 1) { bytes += refinement(of: UInt8(1 + scan % components)) }
        return bytes + padding + [0xff, 0xd9]
    }

    /// A scan that changes nothing: runs of 32,767 blocks without coefficients, of 15 bits each.
    private func refinement(of component: UInt8) -> [UInt8] {
        let runs = blocks / 32_767 + 1
        let run: [UInt8] = [0] + [UInt8](repeating: 1, count: 14)
        var bits = Array(repeatElement(run, count: runs).joined())
        bits += [UInt8](repeating: 1, count: (8 - bits.count % 8) % 8)
        var body: [UInt8] = []
        for start in stride(from: 0, to: bits.count, by: 8) {
            let byte = bits[start..<start + 8].reduce(0) { $0 << 1 | $1 }
            body += byte == 0xff ? [0xff, 0] : [byte]
        }
        return Self.segment(0xda, [1, component, 0, 1, 63, 0]) + body
    }

    /// One marker with its data.
    static func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] { [0xff, marker] + UInt16(data.count + 2).bigEndianBytes + data }

    private static func huffmanTable(_ number: UInt8, value: UInt8) -> [UInt8] {
        segment(0xc4, [number, 1] + [UInt8](repeating: 0, count: 15) + [value])
    }
}
