import DMDatasets
import DMTensors
import Foundation
import Testing

/// What Pillow reads in an image.
private struct Reading: Decodable {
    var width: Int
    var height: Int
    /// The checksum of red, green and blue.
    var colors: String
    /// The checksum of the stored numbers, where they can be class indices.
    var indices: String?
}

@Suite("Images as Pillow reads them")
struct ImageReferenceTests {
    /// FNV-1a of 64 bits.
    private static func checksum(_ tensor: Tensor<UInt8>) -> String {
        let value = tensor.scalars.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func expect(_ path: String, _ reading: Reading) throws {
        let image = try ImageFile.readImage(at: path)
        #expect(image.shape == [reading.height, reading.width, 3], "\(path)")
        #expect(checksum(image) == reading.colors, "\(path)")
        if let indices = reading.indices {
            let map = try ImageFile.readLabelMap(at: path)
            #expect(map.labels.shape == [reading.height, reading.width] && checksum(map.labels) == indices, "\(path)")
        } else {
            #expect(throws: ImageFileError.self, "\(path)") { try ImageFile.readLabelMap(at: path) }
        }
    }

    @Test("every kind of PNG and JPEG image is read as Pillow reads it")
    func kinds() throws {
        let readings = try JSONDecoder().decode([String: Reading].self, from: Fixtures.reference("images/images.json"))
        #expect(readings.count == 35)
        for (name, reading) in readings { try Self.expect(Fixtures.referencePath("images/\(name)"), reading) }
    }

    @Test("whole files that are odd in some way are read as Pillow or OpenCV read them")
    func oddImages() throws {
        let readings = try JSONDecoder().decode([String: Reading].self, from: Fixtures.reference("odd-images/readings.json"))
        #expect(readings.count == 44)
        for (name, reading) in readings {
            let path = Fixtures.referencePath("odd-images/\(name)")
            let image = try ImageFile.readImage(at: path)
            #expect(image.shape == [reading.height, reading.width, 3], "\(name)")
            #expect(Self.checksum(image) == reading.colors, "\(name)")
            if let indices = reading.indices { #expect(try Self.checksum(ImageFile.readLabelMap(at: path).labels) == indices, "\(name)") }
        }
    }

    @Test("PngSuite's valid images are read as Pillow reads them, its damaged ones are refused", .enabled(if: PngSuite.isThere))
    func pngSuite() throws {
        let folder = try #require(PngSuite.folder)
        let readings = try JSONDecoder().decode([String: Reading?].self, from: Fixtures.reference("images/pngsuite.json"))
        var (valid, damaged) = (0, 0)
        for (name, reading) in readings {
            if let reading {
                try Self.expect("\(folder)/\(name)", reading)
                valid += 1
            } else {
                #expect(throws: ImageFileError.self, "\(name)") { try ImageFile.readImage(at: "\(folder)/\(name)") }
                #expect(throws: ImageFileError.self, "\(name)") { try ImageFile.readLabelMap(at: "\(folder)/\(name)") }
                damaged += 1
            }
        }
        print("PngSuite: \(valid) valid images equal to Pillow's, \(damaged) damaged ones refused")
        #expect(valid == 161 && damaged == 14)
    }
}

private enum PngSuite {
    static let folder = ProcessInfo.processInfo.environment["DIFFMATCH_PNGSUITE"]

    static var isThere: Bool {
        if folder == nil { print("skipped: PngSuite; DIFFMATCH_PNGSUITE names no folder (tests/images of libspng's source package)") }
        return folder != nil
    }
}
