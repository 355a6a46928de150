import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Orientation of photographs")
struct ImageOrientationTests {
    /// A block of EXIF with one tag in front of the orientation.
    private static func block(_ orientation: Int, isLittleEndian: Bool, isLong: Bool = false) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            return isLittleEndian ? bytes : bytes.reversed()
        }
        let order = Array((isLittleEndian ? "II" : "MM").utf8)
        let other = number(0x010F, 2) + number(2, 2) + number(4, 4) + Array("Cam\0".utf8)
        let value = isLong ? number(orientation, 4) : number(orientation, 2) + [0, 0]
        let tag = number(0x0112, 2) + number(isLong ? 4 : 3, 2) + number(1, 4) + value
        return order + number(42, 2) + number(8, 4) + number(2, 2) + other + tag + number(0, 4)
    }

    static func jpeg(turned orientation: Int) -> Data { jpeg(block(orientation, isLittleEndian: true)) }

    private static func jpeg(_ block: [UInt8]) -> Data {
        let content = Array("Exif\0\0".utf8) + block
        let segment = [0xFF, 0xE1, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 255)] + content
        return Fixtures.jpeg.prefix(20) + Data(segment) + Fixtures.jpeg.dropFirst(20)
    }

    private static func png(_ block: [UInt8], behind: Bool) throws -> Data {
        var file = try withTemporaryFolder { folder in
            try ImageFile.write(picture, to: folder + "/a.png")
            return try Data(contentsOf: URL(filePath: folder + "/a.png"))
        }
        var chunk = PNGParts(width: 1, height: 1)
        let start = chunk.bytes.count
        chunk.add("eXIf", block)
        file.insert(contentsOf: chunk.bytes[start...], at: behind ? file.count - 12 : 33)
        return file
    }

    private static func webp(_ block: [UInt8]) throws -> Data {
        let file = try Fixtures.reference("odd-images/lossless.webp")
        let size = [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: block.count >> $0) }
        var chunk = Array("EXIF".utf8) + size
        chunk += block
        return file + (file.count.isMultiple(of: 2) ? [] : [0]) + Data(chunk)
    }

    /// Two rows of three pixels: 1 2 3, 4 5 6.
    private static let picture = Tensor<UInt8>((1...6).flatMap { [$0, $0, $0] }, shape: [2, 3, 3])

    @Test(
        "an image is turned upright as viewers show it, where that is asked for",
        arguments: [
            (1, [1, 2, 3, 4, 5, 6]), (2, [3, 2, 1, 6, 5, 4]), (3, [6, 5, 4, 3, 2, 1]), (4, [4, 5, 6, 1, 2, 3]), (5, [1, 4, 2, 5, 3, 6]),
            (6, [4, 1, 5, 2, 6, 3]), (7, [6, 3, 5, 2, 4, 1]), (8, [3, 6, 2, 5, 1, 4]),
        ] as [(Int, [UInt8])])
    func turned(orientation: Int, upright: [UInt8]) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/a.png"
            try Self.png(Self.block(orientation, isLittleEndian: false), behind: false).write(to: URL(filePath: path))
            #expect(try ImageFile.readImage(at: path) == Self.picture, "as stored by default")
            let image = try ImageFile.readImage(at: path, reading: ImageReading(orientation: .apply))
            #expect(image.shape == (orientation < 5 ? [2, 3, 3] : [3, 2, 3]))
            #expect(image.scalars == upright.flatMap { [$0, $0, $0] })
            let properties = try ImageFile.properties(at: path)
            #expect(properties.orientation.rawValue == orientation && properties.orientation.exchangesSides == (orientation >= 5))
            #expect(properties.height == 2 && properties.width == 3)
        }
    }

    @Test("the note of the camera is found in JPEG, PNG and WebP files, in both byte orders")
    func found() throws {
        try withTemporaryFolder { folder in
            for (isLittle, isLong) in [(false, false), (true, false), (false, true), (true, true)] {
                let block = Self.block(6, isLittleEndian: isLittle, isLong: isLong)
                let files = [
                    "a.jpg": Self.jpeg(block), "a.png": try Self.png(block, behind: false), "b.png": try Self.png(block, behind: true),
                    "a.webp": try Self.webp(block),
                ]
                for (name, bytes) in files {
                    try bytes.write(to: URL(filePath: "\(folder)/\(name)"))
                    #expect(try ImageFile.properties(at: "\(folder)/\(name)").orientation == .turnedRight, "\(name)")
                    #expect(throws: Never.self) { try ImageFile.readImage(at: "\(folder)/\(name)") }
                }
            }
            try Fixtures.jpeg.write(to: URL(filePath: folder + "/plain.jpg"))
            #expect(try ImageFile.properties(at: folder + "/plain.jpg").orientation == .upright)
        }
    }

    @Test("a damaged note is none")
    func damaged() throws {
        try withTemporaryFolder { folder in
            func orientation(_ block: [UInt8]) throws -> ImageOrientation {
                try Self.jpeg(block).write(to: URL(filePath: folder + "/a.jpg"))
                return try ImageFile.properties(at: folder + "/a.jpg").orientation
            }
            let whole = Self.block(6, isLittleEndian: false)
            let cuts = (0..<whole.count - 6).map { Array(whole.prefix($0)) }
            let numbers = [0, 9, 65_535].map { Self.block($0, isLittleEndian: true) }
            // A directory far behind the block's end.
            let astray = Array(whole.prefix(4)) + [0xFF, 0xFF, 0xFF, 0xFF] + whole.dropFirst(8)
            for block in cuts + numbers + [astray] {
                let found = try orientation(block)
                #expect(found == .upright)
            }
        }
    }
}
