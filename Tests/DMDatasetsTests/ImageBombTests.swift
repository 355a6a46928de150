import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Small image files that would cost much")
struct ImageBombTests {
    private static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// What becomes of a file, and the seconds of this thread's work that it took, however busy the machine is.
    private func reading(_ bytes: [UInt8], limits: ImageLimits = ImageLimits()) throws -> (
        result: Result<Tensor<UInt8>, any Error>, seconds: Double
    ) {
        try withTemporaryFolder { folder in
            try Data(bytes).write(to: URL(filePath: folder + "/a"))
            let start = Self.seconds
            let result = Result<Tensor<UInt8>, any Error> {
                try ImageFile.readImage(at: folder + "/a", reading: ImageReading(limits: limits))
            }
            return (result, Self.seconds - start)
        }
    }

    /// The data of 8 x 8 black pixels of colors.
    private static let black = CompressedZeros.start + CompressedZeros.million

    @Test("pixel data that go on for 4 GB behind the last pixel are not opened")
    func endlessData() throws {
        var file = PNGParts(width: 8, height: 8)
        file.add("IDAT", Self.black)
        file.add("IDAT", CompressedZeros.million, times: 4096)
        file.add("IEND")
        let (result, seconds) = try reading(file.bytes)
        #expect(try result.get() == Tensor(repeating: 0, shape: [8, 8, 3]))
        // Opened, they take some ten seconds.
        #expect(seconds < 3)
    }

    @Test("texts and profiles are passed over, however many there are and whatever they announce")
    func texts() throws {
        let text = Array("key\0\0".utf8) + CompressedZeros.start + CompressedZeros.million
        for kind in ["zTXt", "iCCP"] {
            var file = PNGParts(width: 8, height: 8)
            file.add(kind, text, times: 5000)
            file.add("IDAT", Self.black)
            file.add(kind, text, times: 5000)
            file.add("IEND")
            let (result, seconds) = try reading(file.bytes)
            #expect(try result.get().shape == [8, 8, 3])
            #expect(seconds < 2)
        }
        for kind in ["tEXt", "zTXt", "iTXt", "sPLT", "pCAL", "sCAL", "eXIf", "IDAT", "PLTE"] {
            var file = PNGParts(width: 8, height: 8)
            file.add(bytes: PNGParts.bigEndian(1 << 31 - 1) + Array(kind.utf8) + [UInt8](repeating: 0x78, count: 100))
            let (result, _) = try reading(file.bytes)
            let error = #expect(throws: ImageFileError.self) { try result.get() }
            #expect(error?.found == "damaged or incomplete data (its pixel data are missing or cut short)")
        }
    }

    @Test("an image of one bit beyond the limit of pixels is refused by its header")
    func manyPixels() throws {
        var file = PNGParts(width: 16_384, height: 16_384, depth: 1, kind: 0)
        file.add("IDAT", CompressedZeros.start)
        file.add("IDAT", CompressedZeros.million, times: 33)
        file.add("IEND")
        let (result, seconds) = try reading(file.bytes)
        #expect(file.bytes.count < 40_000 && seconds < 1)
        let error = #expect(throws: ImageFileError.self) { try result.get() }
        #expect(error?.expected == "an image of at most 178956970 pixels (dataset.pixelLimit raises the limit)")
    }

    @Test("a progressive JPEG file may have as many scans as the limit allows for its pixels")
    func manyScans() throws {
        var limits = ImageLimits()
        limits.scanPixels = 40 * 256 * 256
        #expect(try reading(Self.jpeg(side: 256, scans: 40), limits: limits).result.get().shape == [256, 256, 3])
        let result = try reading(Self.jpeg(side: 256, scans: 42), limits: limits).result
        let error = #expect(throws: ImageFileError.self) { try result.get() }
        #expect(error?.expected == "at most 40 scans of 256 x 256 pixels" && error?.found.hasSuffix("or more scans") == true)
        // However small the image is.
        #expect(throws: ImageFileError.self) { try reading(Self.jpeg(side: 8, scans: 2000)).result.get() }
        #expect(throws: Never.self) { try reading(Self.jpeg(side: 8, scans: 400)).result.get() }
    }

    /// A progressive file whose scans behind the first change nothing.
    private static func jpeg(side: Int, scans: Int) -> [UInt8] {
        func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
            [0xFF, marker, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 255)] + content
        }
        func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
        let blocks = side / 8 * side / 8
        var bytes: [UInt8] = [0xFF, 0xD8] + segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        bytes += segment(0xC2, [8] + number(side) + number(side) + [1, 1, 0x11, 0])
        // One code of one bit: no difference, or the end of 2^14 blocks and as many as the next 14 bits say.
        for (kind, value) in [(UInt8(0), UInt8(0)), (0x10, 0xE0)] {
            bytes += segment(0xC4, [kind, 1] + [UInt8](repeating: 0, count: 15) + [value])
        }
        bytes += segment(0xDA, [1, 1, 0, 0, 0, 0]) + [UInt8](repeating: 0, count: (blocks + 7) / 8)
        for _ in 1..<scans { bytes += segment(0xDA, [1, 1, 0, 1, 63, 0]) + [0, 0] }
        return bytes + [0xFF, 0xD9]
    }

    @Test("whether bitmaps and WebP images are too large is seen in their headers")
    func otherFormats() throws {
        var limits = ImageLimits()
        limits.pixels = 16
        for name in ["rgb-24.bmp", "runs-8.bmp", "lossy.webp", "lossless.webp"] {
            let bytes = [UInt8](try Fixtures.reference("odd-images/\(name)"))
            let result = try reading(bytes, limits: limits).result
            let error = #expect(throws: ImageFileError.self) { try result.get() }
            #expect(error?.expected.hasPrefix("an image of at most 16 pixels") == true)
        }
    }
}
