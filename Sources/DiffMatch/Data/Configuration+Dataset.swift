public import DMDatasets

extension Configuration {
    /// The configured data set, its files listed but not read.
    ///
    /// - Throws: `DatasetError` where the folder does not have the configured layout.
    public func makeDataset() throws(DatasetError) -> any SegmentationDataset {
        guard let layout = dataset.layout else {
            return BuiltInScenes(
                BuiltInScenes.Settings(
                    seed: dataset.seed, side: dataset.side, classCount: dataset.classes, headToTailRatio: dataset.ratio,
                    trainingCount: dataset.trainingImages, validationCount: dataset.validationImages,
                    testCount: dataset.testImages))
        }
        return try FileDataset(
            layout, root: dataset.root ?? "",
            lists: FileLists(
                labeled: dataset.labeledList, unlabeled: dataset.unlabeledList, validation: dataset.validationList))
    }

    /// What of an image a network is shown when it is measured.
    var evaluationView: DiffMatch.Evaluation.View {
        let side = evaluation.window > 0 ? evaluation.window : views.crop
        return switch evaluation.mode {
        case .original: .whole
        case .centerCrop: .centerCrop(side: side)
        case .slidingWindow: .slidingWindow(SlidingWindow(side: side))
        }
    }

    /// What of an image a network is shown when it predicts: all of it, at once or by windows.
    var predictionView: DiffMatch.Evaluation.View {
        if case .slidingWindow = evaluationView { evaluationView } else { .whole }
    }

    /// How training views are drawn.
    var viewParameters: Augmentation {
        Augmentation(
            cropSize: views.crop, scale: Float(views.scaleRange.lowerBound)...Float(views.scaleRange.upperBound),
            flipProbability: Float(views.flipProbability),
            strong: StrongAugmentation(
                jitterProbability: Float(views.jitterProbability), jitter: Float(views.jitter), hue: Float(views.hue),
                grayscaleProbability: Float(views.grayscaleProbability), blurProbability: Float(views.blurProbability),
                blurSigma: Float(views.blurSigma.lowerBound)...Float(views.blurSigma.upperBound)),
            cutMix: CutMix(
                probability: Float(views.cutMixProbability),
                area: Float(views.cutMixArea.lowerBound)...Float(views.cutMixArea.upperBound)),
            normalization: encoder.name == .efficientNetLite0 ? .efficientNetLite : .imageNet)
    }
}

extension Configuration.Dataset {
    /// How the files of the data set are arranged; nil where it has none.
    var layout: DatasetLayout? {
        switch name {
        case .builtin: nil
        case .pascal: .pascal
        case .cityscapes: .cityscapes
        case .coco: .coco
        case .camvid: .camvid
        case .folder: .folder
        }
    }
}
