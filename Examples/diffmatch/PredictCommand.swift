import ArgumentParser
import DMExperiments

/// Predicts images.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Predict the classes of images.",
        discussion: """
            For IMAGE.png, .jpg, .webp or .bmp the output folder receives IMAGE.png, the class of each pixel with the data set's \
            palette, and IMAGE_overlay.png, the classes laid over the image. The terminal shows each class's share.
            """)

    @Option(help: ArgumentHelp("A checkpoint's manifest, or a run's folder, of which the newest is taken.", valueName: "path"))
    var checkpoint: String

    @Argument(help: ArgumentHelp("PNG, JPEG, WebP or BMP files.", valueName: "image"))
    var images: [String]

    @Option(help: ArgumentHelp("The folder for the results.", valueName: "dir"))
    var output: String

    @Option(help: ArgumentHelp("Change how masks are sampled, as in training.", valueName: "key=value"))
    var set: [String] = []

    @Flag(help: "Replace results that are in the folder already; the images themselves never are.")
    var overwrite = false

    func run() throws {
        try reportingErrors {
            let model = try TrainedModel(checkpoint: checkpoint, assignments: current(set))
            warn(model.warnings)
            let files = PredictionFiles(model: model, folder: output, overwrites: overwrite)
            try files.check(images)
            for image in images {
                let prediction = try files.predict(image)
                try writeLine("\(image) -> \(prediction.mapPath)")
                for note in prediction.notes { StandardStream.error.show("note: \(image): \(note)\n") }
                for (name, share) in prediction.shares { try writeLine("  \(name): \(percent(share)) %") }
            }
        }
    }
}
