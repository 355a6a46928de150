import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Limits of images")
struct ImageLimitTests {
    /// What a PNG file of gray pixels of one bit is found to be whose header claims a size and whose data is no data.
    private func found(width: Int, height: Int, length: Int = 40_000, limits: ImageLimits = ImageLimits()) throws -> String? {
        try withTemporaryFolder { folder in
            var file = PNGParts(width: width, height: height, depth: 1, kind: 0)
            file.add("IDAT", [UInt8](repeating: 0xAA, count: length))
            try file.write(to: folder + "/a.png")
            return #expect(throws: ImageFileError.self) { try ImageFile.readLabelMap(at: folder + "/a.png", limits: limits) }?.found
        }
    }

    @Test("an image may have as many pixels and as long sides as the limits say, and not one more")
    func png() throws {
        var limits = ImageLimits()
        #expect(limits.side == 65_536 && limits.pixels == 2 * 89_478_485)
        limits.pixels = 1 << 24
        // At the limit, what is wrong is the data.
        for (width, height) in [(65_536, 256), (4096, 4096), (65_536, 1)] {
            #expect(try found(width: width, height: height, limits: limits)?.hasPrefix("damaged or incomplete data") == true)
        }
        for (width, height) in [(65_537, 1), (1, 65_537), (65_537, 4096)] {
            #expect(try found(width: width, height: height, limits: limits) == "\(width) x \(height)")
        }
        for (width, height) in [(65_536, 257), (257, 65_536), (4097, 4096)] {
            #expect(try found(width: width, height: height, limits: limits) == "\(width) x \(height), which are \(width * height)")
        }
        #expect(try found(width: 16_384, height: 16_384) == "16384 x 16384, which are 268435456")
        limits.bytes = 30_000
        #expect(try found(width: 8, height: 8, limits: limits) == "one of 40045")
    }

    @Test("a file that is too short for the size it claims is refused by its header")
    func tooShort() throws {
        let message = "damaged or incomplete data (a file too short for its size in pixels)"
        #expect(try found(width: 65_536, height: 2700, length: 20_000) == message)
        try withTemporaryFolder { folder in
            var bytes = Fixtures.jpeg
            let size = try #require(bytes.firstRange(of: [0xFF, 0xC0])).lowerBound + 5
            // 4096 x 4096 in some hundred bytes.
            bytes.replaceSubrange(size..<size + 4, with: [0x10, 0, 0x10, 0])
            try bytes.write(to: URL(fileURLWithPath: folder + "/a.jpg"))
            #expect(throws: ImageFileError(path: folder + "/a.jpg", expected: "a JPEG image", found: message)) {
                try ImageFile.readImage(at: folder + "/a.jpg")
            }
            // The largest size that a header can hold is beyond the limit of pixels.
            bytes.replaceSubrange(size..<size + 4, with: [0xFF, 0xDC, 0xFF, 0xDC])
            try bytes.write(to: URL(fileURLWithPath: folder + "/b.jpg"))
            let error = #expect(throws: ImageFileError.self) { try ImageFile.readImage(at: folder + "/b.jpg") }
            #expect(error?.found == "65500 x 65500, which are 4290250000")
            #expect(error?.expected.contains("178956970 pixels") == true)
        }
    }

    @Test("stray bytes in and behind a JPEG file are tolerated, a missing end is not")
    func strayBytes() throws {
        try withTemporaryFolder { folder in
            func image(_ bytes: Data) throws -> Tensor<UInt8> {
                try bytes.write(to: URL(fileURLWithPath: folder + "/a.jpg"))
                return try ImageFile.readImage(at: folder + "/a.jpg")
            }
            let (whole, stray) = (Fixtures.jpeg, Data([1, 2, 3, 4, 5, 6, 7]))
            let plain = try image(whole)
            #expect(try image(whole + stray) == plain)
            #expect(try image(whole.dropLast(2) + stray + whole.suffix(2)) == plain)
            #expect(throws: ImageFileError.self) { try image(whole.dropLast(2) + stray) }
        }
    }
}
