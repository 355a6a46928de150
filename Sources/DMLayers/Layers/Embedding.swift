public import DMAutograd
public import DMTensors
import Foundation

/// A table with one trainable row for each index.
///
/// ```swift
/// var random = RandomSource(seed: 1)
/// let table = Embedding(count: 10, features: 4, random: &random)
/// print(table(Tensor([7, 7, 2])).shape)     // [3, 4]
/// ```
public struct Embedding: Module {
    /// The rows, `[count, features]`.
    public var weight: Parameter

    /// A table drawn from the standard normal distribution.
    ///
    /// - Parameters:
    ///   - count: The number of rows.
    ///   - features: The extent of a row.
    ///   - random: Where the rows are drawn from.
    public init(count: Int, features: Int, random: inout RandomSource) {
        weight = Parameter(random.normal(shape: [count, features]))
    }

    /// Indices `[...]` in 0..<count -> rows `[..., features]`.
    public func callAsFunction(_ indices: Tensor<Int32>) -> Variable<Float> { weight.variable.gathered(rows: indices) }

    /// Visits `weight`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) { visitor.visit(&weight, "weight") }
}

/// The sinusoidal encoding of pixel positions, as in DETR: half of the features for y, half for x, sines
/// and cosines whose wavelengths grow geometrically from 2 pi to 10000 * 2 pi.
///
/// Source: Carion et al., *End-to-End Object Detection with Transformers*, ECCV 2020.
///
/// - Parameters:
///   - height: The number of rows.
///   - width: The number of columns.
///   - features: The number of features, a multiple of 4.
/// - Returns: The encoding, `[1, height, width, features]`; positions are scaled to (0, 2 pi].
public func sinusoidalPositionalEncoding(height: Int, width: Int, features: Int) -> Tensor<Float> {
    checkShape(features % 4 == 0, "a sine encoding of both axes needs a multiple of 4 features, not \(features)")
    let quarter = features / 4
    func encoded(_ place: Int, of extent: Int) -> [Float] {
        let angle = 2 * Double.pi * Double(place + 1) / Double(extent)
        return (0..<quarter).flatMap { i in
            let phase = angle / pow(10_000, Double(i) / Double(quarter))
            return [Float(sin(phase)), Float(cos(phase))]
        }
    }
    let rows = (0..<height).map { encoded($0, of: height) }
    let columns = (0..<width).map { encoded($0, of: width) }
    return Tensor(rows.flatMap { row in columns.flatMap { row + $0 } }, shape: [1, height, width, features])
}
