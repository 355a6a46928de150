import DMTensors

/// The operators that are mapped onto the library, by their names in ONNX.
enum Operators {
    static let table: [String: OnnxOperator] = [
        elementFunctions, arithmetic, comparisons, conversions, shaping, making, indexing, ordering, reductions, products, convolutions,
        pooling, normalizations, resampling, losses, attention, training,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}
