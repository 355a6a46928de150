import ArgumentParser
import DMExperiments

/// Labels the unlabeled images for another training.
struct LabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Label the unlabeled images of a training for another one.",
        discussion: """
            One offline round of self-training: the output folder receives labels/NAME.png for each unlabeled image, the class \
            of each pixel or 255 where it teaches nothing, and confidence/NAME.png. A training with \
            pseudoLabels.folder=DIR/labels learns them. The labels that count are those of pseudoLabels.threshold, and the \
            most confident pseudoLabels.classBalancedFraction of each class over all images.
            """)

    @Option(help: ArgumentHelp("A checkpoint's manifest, or a run's folder, of which the newest is taken.", valueName: "path"))
    var checkpoint: String

    @Option(help: ArgumentHelp("The folder for the labels.", valueName: "dir"))
    var output: String

    @Option(help: ArgumentHelp("Change how masks are sampled or which labels count, as in training.", valueName: "key=value"))
    var set: [String] = []

    func run() throws {
        try reportingErrors {
            let model = try TrainedModel(checkpoint: checkpoint, assignments: current(set))
            warn(model.warnings)
            let files = PseudoLabelFiles(model: model, folder: output)
            var bar = ProgressBar(title: "labeling images")
            let summary = try files.write { bar.show(count: $0, of: $1) }
            bar.finish()
            try writeLine(summary)
            try writeLine("\(summary.images) images, \(percent(summary.coverage)) % of their pixels: pseudoLabels.folder=\(files.labels)")
        }
    }
}
