/// What is measured: an entry of `cases.json`.
enum Case: Decodable {
    /// Every pass of convolutions, layer by layer.
    case convolutions([ConvolutionLayer])
    /// A training step, from the batch to the moving average.
    case step(Workload)
    /// A prediction of the classes of images.
    case prediction(Workload)

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .convolutions: .convolutions(try container.decode([ConvolutionLayer].self, forKey: .layers))
            case .step: .step(try Workload(from: decoder))
            case .prediction: .prediction(try Workload(from: decoder))
            }
    }

    private enum CodingKeys: String, CodingKey { case kind, layers }
    private enum Kind: String, Decodable { case convolutions, step, prediction }
}
