/// Why a training cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// A loss or a gradient is not a finite number.
    case notFinite(what: String, step: Int, lastCheckpoint: String?)
    /// A setting is not the one that the run began with.
    case settingDiffers(key: String, saved: String, given: String)
    /// The labeled part is empty.
    case noLabeledImages
    /// A part that is to be measured on has no images.
    case noImages(part: String)
    /// The data set does not have the classes that the network was trained on.
    case classesDiffer(known: [String], found: [String])

    /// The fault in words.
    public var description: String {
        switch self {
        case .notFinite(let what, let step, let checkpoint):
            "step \(step): the \(what) is not a finite number; "
                + (checkpoint.map { "the last good checkpoint is \($0)" } ?? "there is no checkpoint yet")
        case .settingDiffers(let key, let saved, let given):
            "\(key) is \(given), but the run began with \(saved); begin anew, or leave the setting out to go on"
        case .noLabeledImages:
            "no training image is labeled: raise dataset.labeledFraction, or check that the images have masks"
        case .noImages(let part):
            "the data set has no images in its \(part) part; name some in dataset.validationList, or measure on another part"
        case .classesDiffer(let known, let found):
            "the network knows the classes \(known.joined(separator: ", ")); the data set has \(found.joined(separator: ", "))"
        }
    }
}
