import DMDatasets
import DMTensors
import DiffMatch

/// A picture of held-out images: a row of image, truth and what each network predicts, with a legend.
///
/// A network that samples shows its prediction after each sampling step.
public struct OverviewPicture: Sendable {
    /// The networks, all trained on one data set.
    public let models: [TrainedModel]
    /// The number of rows.
    public let rowCount: Int

    /// A picture of these networks.
    public init(models: [TrainedModel], rowCount: Int = 6) {
        self.models = models
        self.rowCount = rowCount
    }

    /// Draws the picture and writes it as a PNG file.
    ///
    /// - Parameter path: The file, overwritten if it exists.
    /// - Throws: `ImageFileError`, or what keeps a sample from being read.
    public func write(to path: String) throws { try ImageFile.write(draw().image, to: path) }

    private func draw() throws -> Picture {
        let data = try models[0].experimentData()
        let palette = data.dataset.palette
        let chosen = try showingMostClasses(in: data)
        var rows: [[Picture]] = []
        for index in chosen {
            let sample = try data.dataset.samples(of: data.reportedPart).sample(at: index)
            var row = [Picture(sample.image)]
            if let mask = sample.mask { row.append(Picture(mask, palette: palette)) }
            for model in models {
                row += try model.answers(for: sample.image).map { Picture($0, palette: palette) }
            }
            rows.append(row.map { $0.enlarged(by: 2) })
        }
        let headings = ["image", "truth"] + models.flatMap(\.answerNames)
        let table = Picture.table(rows: rows, headings: headings, scale: 2)
        return .stacked([table, .legend(names: data.dataset.classNames, palette: palette, width: table.width, scale: 2)])
    }

    /// Test images that together show many classes: each adds the most that the ones before lack, or else shows many.
    private func showingMostClasses(in data: ExperimentData) throws -> [Int] {
        let samples = data.dataset.samples(of: data.reportedPart)
        let shown = try (0..<samples.count).map { index in
            Set((try samples.sample(at: index).mask?.scalars ?? []).filter { $0 != SegmentationSample.ignoredLabel })
        }
        var chosen: [Int] = []
        var covered: Set<UInt8> = []
        while chosen.count < min(rowCount, samples.count) {
            let left = shown.indices.filter { !chosen.contains($0) }
            let rank = { (index: Int) in (shown[index].subtracting(covered).count, shown[index].count, -index) }
            guard let best = left.max(by: { rank($0) < rank($1) }) else { break }
            chosen.append(best)
            covered.formUnion(shown[best])
        }
        return chosen
    }
}

extension TrainedModel {
    /// The headings of `answers(for:)`.
    fileprivate var answerNames: [String] {
        let name = configuration.method.rawValue
        guard configuration.method.isGenerative else { return [name] }
        return (1...configuration.diffusion.samplingSteps).map { "\(name) \($0)" }
    }

    /// The classes after each sampling step, or the one answer of a classifier; each `[h, w]`.
    fileprivate func answers(for image: Tensor<UInt8>) throws -> [Tensor<UInt8>] {
        let prediction = try predict(image)
        let steps = prediction.coarseSteps.indices.map { prediction.classes(afterStep: $0) }
        return (steps.isEmpty ? [prediction.classes] : steps).map { Tensor(converting: $0[0]) }
    }
}
