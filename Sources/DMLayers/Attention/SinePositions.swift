public import DMTensors
import Foundation

/// The sine encoding of pixel positions, as in DETR: half of the features for y, half for x, sines
/// and cosines of wavelengths that grow geometrically from 2 pi to 10000 * 2 pi.
///
/// Source: Carion et al., *End-to-End Object Detection with Transformers*, ECCV 2020.
///
/// - Parameters:
///   - height: The number of rows.
///   - width: The number of columns.
///   - features: The number of features, a multiple of 4.
/// - Returns: The encoding, `[1, height, width, features]`; positions are scaled to (0, 2 pi].
public func sinePositions(height: Int, width: Int, features: Int) -> Tensor<Float> {
    require(features % 4 == 0, "a sine encoding of both axes needs a multiple of 4 features, not \(features)")
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
