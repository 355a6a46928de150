import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Images and masks of 16 bits")
struct ImageDepthTests {
    @Test("in an image of 16 bits, the largest number tells whether they are used")
    func sixteenBits() throws {
        try withTemporaryFolder { folder in
            // 4 x 1 pixels of gray, all of them the same.
            for (level, isNearlyBlack) in [(4000, true), (16_383, true), (16_384, false), (65_535, false)] {
                try PNGParts.gray16([level, level, level, level]).write(to: folder + "/a.png")
                let properties = try ImageFile.properties(at: folder + "/a.png")
                #expect(properties.largestOf16Bits == level && properties.isNearlyBlack == isNearlyBlack)
                let note = "it uses less than a quarter of the range of 16 bits, the largest number is \(level) of 65535: read nearly black"
                #expect(properties.notes(ImageReading()) == (isNearlyBlack ? [note] : []))
                #expect(try ImageFile.readImage(at: folder + "/a.png").scalars.allSatisfy { $0 == UInt8(level >> 8) })
            }
            for name in ["gray-16.png", "gray-16-interlaced.png", "rgb-16-interlaced.png", "rgba-16.png"] {
                let path = Fixtures.referencePath("images/\(name)")
                let largest = try #require(ImageFile.properties(at: path).largestOf16Bits)
                let image = try ImageFile.readImage(at: path)
                #expect(UInt8(largest >> 8) == image.scalars.max(), "\(name)")
            }
            #expect(try ImageFile.properties(at: Fixtures.referencePath("images/gray-8.png")).largestOf16Bits == nil)
        }
    }

    @Test("a mask of 16 bits is read where its numbers fit into 8")
    func wideMask() throws {
        try withTemporaryFolder { folder in
            func map(_ numbers: [Int]) throws -> LabelMap {
                try PNGParts.gray16(numbers).write(to: folder + "/a.png")
                return try ImageFile.readLabelMap(at: folder + "/a.png")
            }
            let whole = try map([0, 7, 255, 1])
            #expect(whole.labels == Tensor([0, 7, 255, 1], shape: [1, 4]))
            let error = #expect(throws: ImageFileError.self) { try map([0, 256, 1]) }
            #expect(error?.found == "16 bits per channel and the number 256")
        }
    }
}
