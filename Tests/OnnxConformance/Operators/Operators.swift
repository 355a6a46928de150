import DMTensors

/// The operators that are mapped onto the library, by their names in ONNX.
enum Operators {
    static let table: [String: OnnxOperator] = [
        elementFunctions, arithmetic, comparisons, conversions, shaping, making, indexing, ordering, reductions, products, convolutions,
        pooling, normalizations, resampling, losses, attention, training,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}

extension Operators {
    /// Why an operator is not mapped.
    static func reasonForAbsence(of operation: String) -> String {
        let reason = absent.first { $0.operators.contains(operation) }?.reason ?? "an operator that is not known"
        return "\(operation): \(reason)"
    }

    /// What vision and diffusion models do without, by the reason.
    private static let absent: [(reason: String, operators: Set<String>)] = [
        ("recurrent networks are not part of the library", ["RNN", "LSTM", "GRU"]),
        ("graphs that run other graphs are not read", ["If", "Loop", "Scan"]),
        (
            "random numbers come from the library's own generator",
            ["Bernoulli", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial"]
        ),
        (
            "arithmetic with quantised numbers is not part of the library",
            ["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul"]
        ),
        ("arithmetic with bits is not part of the library", ["BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitwiseNot"]),
        (
            "signal processing is not part of the library",
            ["DFT", "STFT", "BlackmanWindow", "HammingWindow", "HannWindow", "MelWeightMatrix"]
        ),
        ("texts are not part of the library", ["TfIdfVectorizer", "StringNormalizer", "StringConcat", "StringSplit", "RegexFullMatch"]),
        ("detection of objects is not part of the library", ["NonMaxSuppression", "RoiAlign", "MaxRoiPool"]),
        ("undoing a maximum's choice is not part of the library", ["MaxUnpool"]),
        ("determinants are not part of the library", ["Det"]),
        ("sets of distinct elements are not part of the library", ["Unique"]),
        (
            "sequences and optional values are not read",
            [
                "SequenceAt", "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength", "SequenceMap",
                "SplitToSequence", "ConcatFromSequence", "Optional", "OptionalGetElement", "OptionalHasElement",
            ]
        ),
    ]
}
