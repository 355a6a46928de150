import DMDatasets
package import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation

/// A user's data set of painted scenes, for tests of what is read from files.
package enum UserFolder {
    /// Writes 12 training images, the last four without masks, and two of validation, of two sizes.
    package static func write(at root: String) throws {
        let scenes = BuiltInScenes(BuiltInScenes.Settings(side: 48, classCount: 5, trainingCount: 14))
        let names = scenes.classNames.map { #"{"name": "\#($0)"}"# }.joined(separator: ", ")
        for folder in ["images", "masks"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        try AtomicFile.write(#"{"classes": [\#(names)]}"#, to: "\(root)/classes.json")
        for index in 0..<14 {
            let sample = scenes.samples(of: .training).sample(at: index).centerCropped(to: index.isMultiple(of: 3) ? 40 : 48)
            let name = "\(root)/images/\(index < 10 ? "0" : "")\(index).png"
            try ImageFile.write(sample.image, to: name)
            if index < 8 || index > 11, let mask = sample.mask {
                try ImageFile.write(LabelMap(mask), to: name.replacing("images", with: "masks"))
            }
        }
        try AtomicFile.write("12\n13\n", to: "\(root)/val.txt")
    }

    /// The tiny settings on this data set.
    package static func settings(_ root: String, _ assignments: String...) throws -> Configuration {
        var configuration = try tiny(.diffmatch)
        try configuration.set(["dataset.name=folder", "dataset.root=\(root)"] + assignments)
        try configuration.validate()
        return configuration
    }
}
