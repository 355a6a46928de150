import DMDatasets

extension Configuration {
    /// The configured data set.
    func makeDataset() -> any SegmentationDataset {
        switch dataset.name {
        case .builtin:
            BuiltInScenes(
                BuiltInScenes.Settings(
                    seed: dataset.seed, side: dataset.side, classCount: dataset.classes, headToTailRatio: dataset.ratio,
                    trainingCount: dataset.trainingImages, validationCount: dataset.validationImages,
                    testCount: dataset.testImages))
        }
    }

    /// How training views are drawn.
    var viewParameters: ViewParameters {
        ViewParameters(
            cropSide: views.crop, scale: Float(views.scaleRange.lowerBound)...Float(views.scaleRange.upperBound),
            flipProbability: Float(views.flipProbability),
            strong: StrongParameters(
                jitterProbability: Float(views.jitterProbability), jitter: Float(views.jitter), hue: Float(views.hue),
                grayscaleProbability: Float(views.grayscaleProbability), blurProbability: Float(views.blurProbability),
                blurSigma: Float(views.blurSigma.lowerBound)...Float(views.blurSigma.upperBound)),
            cutMix: CutMixParameters(
                probability: Float(views.cutMixProbability),
                area: Float(views.cutMixArea.lowerBound)...Float(views.cutMixArea.upperBound)),
            normalization: encoder.name == .efficientNetLite0 ? .efficientNetLite : .imageNet)
    }
}
