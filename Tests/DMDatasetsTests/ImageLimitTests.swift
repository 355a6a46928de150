import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Limits of images")
struct ImageLimitTests {
    /// A PNG file of gray pixels of one bit whose header claims a size and whose data is no data.
    private func found(width: Int, height: Int, length: Int = 40_000) throws -> String? {
        try withTemporaryFolder { folder in
            var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            func add(_ kind: String, _ content: [UInt8]) {
                bytes += bigEndian(content.count) + Array(kind.utf8) + content
                bytes += bigEndian(Int(ImageMutationTests.crc(Array(kind.utf8) + content)))
            }
            add("IHDR", bigEndian(width) + bigEndian(height) + [1, 0, 0, 0, 0])
            add("IDAT", [UInt8](repeating: 0xAA, count: length))
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/a.png"))
            return #expect(throws: ImageFileError.self) { try ImageFile.readLabelMap(at: folder + "/a.png") }?.found
        }
    }

    private func bigEndian(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

    @Test("a PNG image may have sides of 2^16 and 2^28 pixels, and not one more")
    func png() throws {
        #expect(ImageFile.sideLimit == 65_536 && ImageFile.pixelLimit == 268_435_456)
        // At the limit, what is wrong is the data.
        for (width, height) in [(65_536, 4096), (4096, 65_536), (65_536, 1)] {
            #expect(try found(width: width, height: height)?.hasPrefix("damaged or incomplete data") == true)
        }
        for (width, height) in [(65_537, 1), (1, 65_537), (65_537, 4096)] {
            #expect(try found(width: width, height: height) == "a side of more than 65536 pixels")
        }
        for (width, height) in [(65_536, 4097), (4097, 65_536), (16_385, 16_384)] {
            #expect(try found(width: width, height: height) == "more than 2^28 pixels")
        }
    }

    @Test("a file that is too short for the size it claims is refused by its header")
    func tooShort() throws {
        let message = "damaged or incomplete data (a file too short for its size in pixels)"
        #expect(try found(width: 65_536, height: 4096, length: 30_000) == message)
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
            #expect(error?.found == "65500 x 65500")
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
