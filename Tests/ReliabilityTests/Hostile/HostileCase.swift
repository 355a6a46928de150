import Foundation
import Glibc

/// An input made to harm, and the command that is given it.
struct HostileCase {
    let name: String
    /// Whether it is tried in the quick run too.
    var isQuick = false
    /// Whether it is as it should be, and has to be read.
    var isGood = false
    /// Makes the input and the command.
    let make: (Workshop) throws -> Launch

    init(_ name: String, isQuick: Bool = false, isGood: Bool = false, _ make: @escaping (Workshop) throws -> Launch) {
        (self.name, self.isQuick, self.isGood, self.make) = (name, isQuick, isGood, make)
    }
}

/// Where hostile inputs are made.
final class Workshop {
    /// The folder for the files.
    let folder: String
    /// A finished training, once one is needed.
    private var run: String?

    init(folder: String) { self.folder = folder }

    /// Makes a file.
    func put(_ name: String, _ bytes: [UInt8]) throws -> String { try FileTree.write(bytes, to: "\(folder)/\(name)") }

    /// Makes a file of a text.
    func put(_ name: String, _ text: String) throws -> String { try put(name, Array(text.utf8)) }

    /// A built-in data set that is verified in no time.
    static let smallData = TinyTraining(in: "").options

    /// The command that predicts an image.
    func predict(_ path: String) throws -> Launch {
        if run == nil { _ = try TinyTraining(in: "\(folder)/run", steps: 1).reference() }
        run = "\(folder)/run"
        FileTree.remove("\(folder)/predicted")
        return .diffmatch("predict", "--checkpoint", "\(folder)/run", path, "--output", "\(folder)/predicted")
    }

    /// The command that predicts an image with these bytes.
    func predict(_ bytes: [UInt8], as name: String = "image.png") throws -> Launch { try predict(try put(name, bytes)) }

    /// The command that reads a configuration.
    func configuration(_ yaml: String) throws -> Launch { try configuration(Array(yaml.utf8)) }

    /// The command that reads a configuration of these bytes.
    func configuration(_ bytes: [UInt8]) throws -> Launch {
        Launch(arguments: ["verify", "--config", try put("configuration.yaml", bytes)] + Self.smallData)
    }

    /// The command that reads a setting.
    func setting(_ assignment: String) -> Launch { Launch(arguments: ["verify"] + Self.smallData + ["--set", assignment]) }

    /// The command that reads weights.
    func weights(_ path: String) -> Launch {
        FileTree.remove("\(folder)/weighted")
        return TinyTraining(in: "\(folder)/weighted", steps: 1, ["encoder.name": "resnet18", "encoder.weights": path]).begin()
    }

    /// The command that reads weights with these bytes.
    func weights(_ bytes: [UInt8], as name: String) throws -> Launch { weights(try put(name, bytes)) }

    /// The command that verifies a folder of four small images, after a change of it.
    func dataset(classes: String? = nil, _ change: (String) throws -> Void = { _ in }) throws -> Launch {
        let root = "\(folder)/dataset"
        FileTree.remove(root)
        for index in 0..<4 {
            try FileTree.write(PNGImage.gray(side: 8), to: "\(root)/images/\(index).png")
            try FileTree.write(PNGImage.mask(side: 8, label: UInt8(index % 2)), to: "\(root)/masks/\(index).png")
        }
        try FileTree.write("3\n", to: "\(root)/val.txt")
        try FileTree.write(classes ?? #"{"classes": [{"name": "a"}, {"name": "b"}]}"#, to: "\(root)/classes.json")
        try change(root)
        return verify("folder", root)
    }

    /// The command that verifies a data set of COCO's layout, three images a part.
    func coco(_ document: String) throws -> Launch {
        let root = "\(folder)/coco"
        FileTree.remove(root)
        for part in ["train2017", "val2017"] {
            for index in 0..<3 { try FileTree.write(PNGImage.gray(side: 8), to: "\(root)/\(part)/\(index).png") }
        }
        try FileTree.write(document, to: "\(root)/annotations/instances_train2017.json")
        let all = (0..<3).map { Self.region("[[0,0,4,0,4,4]]", $0, image: $0) }
        try FileTree.write(Self.cocoDocument(all), to: "\(root)/annotations/instances_val2017.json")
        return verify("coco", root)
    }

    /// Annotations of three images; the first may be announced with another size.
    static func cocoDocument(
        _ annotations: [String] = [], height: String = "8", width: String = "8", name: String = "0.png", categories: String? = nil
    ) -> String {
        let categories = categories ?? #"{"id":1,"name":"a"},{"id":2,"name":"b"}"#
        return """
            {"images":[{"id":0,"file_name":"\(name)","height":\(height),"width":\(width)},
            {"id":1,"file_name":"1.png","height":8,"width":8},{"id":2,"file_name":"2.png","height":8,"width":8}],
            "annotations":[\(annotations.joined(separator: ","))],"categories":[\(categories)]}
            """
    }

    /// An annotation of an image.
    static func region(_ segmentation: String, _ number: Int = 1, image: Int = 0) -> String {
        #"{"id":\#(number),"image_id":\#(image),"category_id":1,"segmentation":\#(segmentation),"iscrowd":0}"#
    }

    private func verify(_ name: String, _ root: String) -> Launch {
        .diffmatch(
            "verify", "--set", "dataset.name=\(name)", "--set", "dataset.root=\(root)", "--set", "dataset.labeledFraction=1/2")
    }
}
