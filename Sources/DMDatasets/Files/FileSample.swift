/// Where one sample of a data set lies.
struct FileSample: Sendable {
    /// The name, unique within the data set.
    let identifier: String
    /// The path of the image, from the data set's folder.
    let image: String
    /// Where the labels are.
    var labels: Labels

    enum Labels: Sendable {
        /// Nowhere: the image is unlabeled.
        case none
        /// In a mask file, from the data set's folder.
        case file(String)
        /// In annotations, under the number of the image there.
        case regions(COCOAnnotations, Int)
    }

    /// Whether there are labels.
    var isLabeled: Bool {
        if case .none = labels { false } else { true }
    }
}
