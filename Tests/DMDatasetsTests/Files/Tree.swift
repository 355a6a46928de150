import DMDatasets
import DMTensors
import Foundation

/// A small folder of images, masks and lists, written for a test.
struct Tree {
    let root: String

    /// Calls `body` with a new, empty folder, which is removed afterward.
    static func temporary<R>(_ body: (Tree) throws -> R) throws -> R { try withTemporaryFolder { try body(Tree(root: $0)) } }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Writes an image of one gray level; PNG data, whatever the name's end is: files are told apart by their bytes.
    func image(_ name: String, height: Int = 4, width: Int = 6, level: UInt8 = 100) throws {
        try makeFolder(of: name)
        try ImageFile.write(Tensor(repeating: level, shape: [height, width, 3]), to: path(name))
    }

    /// Writes a mask whose pixels take the given labels in turn.
    func mask(_ name: String, _ labels: [UInt8], height: Int = 4, width: Int = 6) throws {
        try makeFolder(of: name)
        let pixels = (0..<height * width).map { labels[$0 % labels.count] }
        try ImageFile.write(LabelMap(Tensor(pixels, shape: [height, width])), to: path(name))
    }

    /// Writes a mask in colors, which its pixels take in turn.
    func coloredMask(_ name: String, _ colors: [RGBColor], height: Int = 4, width: Int = 6) throws {
        try makeFolder(of: name)
        let pixels = (0..<height * width).flatMap { pixel in
            let color = colors[pixel % colors.count]
            return [color.red, color.green, color.blue]
        }
        try ImageFile.write(Tensor(pixels, shape: [height, width, 3]), to: path(name))
    }

    func text(_ name: String, _ text: String) throws {
        try makeFolder(of: name)
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
    }

    /// Makes a link to a place outside the tree, or to one that is named from it.
    func link(_ name: String, to place: String) throws {
        try makeFolder(of: name)
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: place)
    }

    private func makeFolder(of name: String) throws {
        let folder = URL(fileURLWithPath: path(name)).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
}

extension FileSamples {
    /// The identifiers in order.
    var identifiers: [String] { (0..<count).map { identifier(at: $0) } }
}
