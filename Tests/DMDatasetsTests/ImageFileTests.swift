import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Image files")
struct ImageFileTests {
    static let picture = BuiltInScenes(BuiltInScenesTests.small).samples(of: .test).sample(at: 1)

    @Test("an image comes back from a PNG file as it was", arguments: [[1, 1], [3, 5], [17, 4]])
    func imageRoundTrip(size: [Int]) throws {
        let image = Tensor((0..<size[0] * size[1] * 3).map { UInt8(truncatingIfNeeded: $0 &* 37) }, shape: size + [3])
        try withTemporaryFolder { folder in
            try ImageFile.write(image, to: folder + "/image.png")
            #expect(try ImageFile.readImage(at: folder + "/image.png") == image)
        }
    }

    @Test("a label map comes back with its palette, 255 included")
    func labelRoundTrip() throws {
        let palette = Palette([RGBColor(1, 2, 3), RGBColor(200, 100, 0)])
        let labels = Tensor<UInt8>([0, 1, 255, 1, 0, 7], shape: [2, 3])
        try withTemporaryFolder { folder in
            try ImageFile.write(LabelMap(labels, palette: palette), to: folder + "/mask.png")
            let read = try ImageFile.readLabelMap(at: folder + "/mask.png")
            #expect(read.labels == labels)
            #expect(read.palette?.colors.prefix(2) == palette.colors[...])
            // Read as an image, the palette is looked up.
            #expect(try ImageFile.readImage(at: folder + "/mask.png").scalars.prefix(6) == [1, 2, 3, 200, 100, 0])
        }
    }

    @Test("a small palette is kept exactly, a map without one is gray")
    func palettes() throws {
        try withTemporaryFolder { folder in
            let palette = Palette([RGBColor(9, 8, 7), RGBColor(6, 5, 4), RGBColor(3, 2, 1)])
            let map = LabelMap(Tensor([0, 1], shape: [1, 2]), palette: palette)
            try ImageFile.write(map, to: folder + "/a.png")
            #expect(try ImageFile.readLabelMap(at: folder + "/a.png") == map)
            try ImageFile.write(LabelMap(Tensor([0, 200], shape: [1, 2])), to: folder + "/b.png")
            #expect(try ImageFile.readImage(at: folder + "/b.png").scalars == [0, 0, 0, 200, 200, 200])
        }
    }

    @Test("a JPEG file is read as red, green and blue, whatever it is called")
    func jpeg() throws {
        try withTemporaryFolder { folder in
            try Fixtures.jpeg.write(to: URL(fileURLWithPath: folder + "/picture.png"))
            let image = try ImageFile.readImage(at: folder + "/picture.png")
            #expect(image.shape == [8, 16, 3])
            let (first, last) = (image.scalars.prefix(3), image.scalars.suffix(3))
            #expect(zip(first, [254, 0, 0]).allSatisfy { abs(Int($0) - $1) < 4 })
            #expect(zip(last, [0, 0, 254]).allSatisfy { abs(Int($0) - $1) < 4 })
        }
    }

    @Test("every cut of a PNG file is refused with the file's name", arguments: [8, 20, 40, 400, 2000])
    func truncatedPNG(length: Int) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/cut.png"
            try ImageFile.write(Self.picture.image, to: path)
            try Data(contentsOf: URL(fileURLWithPath: path)).prefix(length).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: ImageFileError.self) { try ImageFile.readImage(at: path) }
            #expect(error?.path == path && error?.found.contains("damaged or incomplete") == true)
        }
    }

    @Test("a PNG file with a damaged byte is refused")
    func damagedPNG() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/damaged.png"
            try ImageFile.write(Self.picture.image, to: path)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes[bytes.count / 2] ^= 0xFF
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(throws: ImageFileError.self) { try ImageFile.readImage(at: path) }
        }
    }

    @Test("every cut of a JPEG file is refused", arguments: [3, 30, 300, 620])
    func truncatedJPEG(length: Int) throws {
        try withTemporaryFolder { folder in
            try Fixtures.jpeg.prefix(length).write(to: URL(fileURLWithPath: folder + "/cut.jpg"))
            let error = #expect(throws: ImageFileError.self) { try ImageFile.readImage(at: folder + "/cut.jpg") }
            #expect(error?.found.contains("damaged or incomplete") == true)
        }
    }

    @Test("what is no image, empty or absent is named as such")
    func otherFiles() throws {
        try withTemporaryFolder { folder in
            try Data().write(to: URL(fileURLWithPath: folder + "/empty.png"))
            try Data("a text, not an image".utf8).write(to: URL(fileURLWithPath: folder + "/text.png"))
            let cases = [
                ("empty.png", "an empty file"), ("text.png", "a text"), ("absent.png", "no file"), ("", "a directory"),
            ]
            for (name, found) in cases {
                let error = #expect(throws: ImageFileError.self) { try ImageFile.readImage(at: folder + "/" + name) }
                #expect(error?.found == found)
            }
            #expect(throws: ImageFileError.self) { try ImageFile.readLabelMap(at: folder + "/text.png") }
            #expect(throws: ImageFileError.self) { try ImageFile.readLabelMap(at: folder + "/absent.png") }
            #expect(throws: ImageFileError.self) { try ImageFile.write(Self.picture.image, to: folder + "/absent/image.png") }
        }
    }

    @Test("a mask stored in colors is refused")
    func coloredMask() throws {
        try withTemporaryFolder { folder in
            try ImageFile.write(Self.picture.image, to: folder + "/mask.png")
            let error = #expect(throws: ImageFileError.self) { try ImageFile.readLabelMap(at: folder + "/mask.png") }
            #expect(error?.expected == "a palette or gray PNG image of up to 8 bits per pixel")
        }
    }

    @Test("an image takes the place of a former one in one step; where that fails, the former one stays")
    func atomicWrite() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/image.png"
            try ImageFile.write(Self.picture.image, to: path)
            let former = try Data(contentsOf: URL(filePath: path))
            // A folder has that name.
            try FileManager.default.createDirectory(atPath: folder + "/taken.png", withIntermediateDirectories: false)
            let error = #expect(throws: ImageFileError.self) { try ImageFile.write(Self.picture.image, to: folder + "/taken.png") }
            #expect(error?.path == folder + "/taken.png" && error?.expected == "a file that can be written")
            try ImageFile.write(LabelMap(Tensor(repeating: 1, shape: [3, 4])), to: path)
            #expect(try Data(contentsOf: URL(filePath: path)) != former)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["image.png", "taken.png"], "nothing is left behind"
            )
        }
    }

    @Test("a JPEG file whose codes are damaged, or end before the last pixel, is refused")
    func damagedCodes() throws {
        let whole = [UInt8](try Fixtures.reference("odd-images/version-2.01.jpg"))
        let scan = try #require(whole.indices.last { whole[$0] == 0xFF && whole[$0 + 1] == 0xDA })
        try withTemporaryFolder { folder in
            func found(_ bytes: [UInt8]) throws -> String? {
                try Data(bytes).write(to: URL(filePath: folder + "/a.jpg"))
                return #expect(throws: ImageFileError.self) { try ImageFile.readImage(at: folder + "/a.jpg") }?.found
            }
            let middle = (scan + whole.count) / 2
            // The end follows where pixels should, the file ends, or there is no scan at all.
            #expect(try found(whole.prefix(middle) + [0xFF, 0xD9])?.hasPrefix("damaged or incomplete data") == true)
            #expect(try found(Array(whole.prefix(middle)))?.hasPrefix("damaged or incomplete data") == true)
            #expect(try found(whole.prefix(scan) + [0xFF, 0xD9])?.hasPrefix("damaged or incomplete data") == true)
            // Lossless coding is a kind of its own.
            let frame = try #require(whole.indices.first { whole[$0] == 0xFF && whole[$0 + 1] == 0xC0 })
            var lossless = whole
            lossless[frame + 1] = 0xC3
            #expect(try found(lossless)?.hasPrefix("a kind of JPEG that is not read") == true)
        }
    }
}
