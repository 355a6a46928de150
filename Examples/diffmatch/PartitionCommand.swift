import ArgumentParser
import DMExperiments
import Foundation

/// Writes which images are labeled.
struct PartitionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partition", abstract: "Write which training images are labeled and which are not.",
        discussion: """
            The output folder receives labeled.txt and unlabeled.txt, one 'image mask' a line, as dataset.labeledList and \
            dataset.unlabeledList read them. A smaller fraction of the same seed lies inside a larger one.
            """)

    @OptionGroup var settings: SettingOptions

    @Option(help: "The share of the images with masks that is labeled, such as 1/16.")
    var fraction: String?

    @Option(help: "The seed of the choice.")
    var seed: String?

    @Option(help: ArgumentHelp("The folder for the two files.", valueName: "dir"))
    var output: String

    func run() throws {
        try reportingErrors {
            var configuration = try settings.resolved()
            if let fraction { try configuration.set("dataset.labeledFraction", to: fraction) }
            if let seed { try configuration.set("dataset.seed", to: seed) }
            let files = try PartitionFiles(configuration)
            // Not among the lines that tell the files; a note that cannot be shown keeps nothing from being written.
            for note in files.notes { try? FileHandle.standardError.write(contentsOf: Data("note: \(note)\n".utf8)) }
            for file in try files.write(to: output) {
                print("\(file.path): \(file.count) images, SHA-256 \(file.sha256)")
            }
        }
    }
}
