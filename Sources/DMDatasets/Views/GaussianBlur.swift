import DMTensors
import Foundation

/// A Gaussian blur of rows and columns in turn; beyond its edge an image goes on as it ends.
struct GaussianBlur: Sendable {
    /// The weights from the center outwards; twice their sum, less the first, is 1.
    private let weights: [Float]

    /// - Parameter sigma: The standard deviation in pixels, greater than 0; the kernel reaches three of them.
    init(sigma: Float) {
        let reach = max(1, Int((3 * sigma).rounded(.up)))
        let raw = (0...reach).map { exp(-0.5 * Double($0 * $0) / Double(sigma * sigma)) }
        let total = 2 * raw.reduce(0, +) - raw[0]
        weights = raw.map { Float($0 / total) }
    }

    /// - Parameter image: `[height, width, 3]`.
    func callAsFunction(_ image: Tensor<Float>) -> Tensor<Float> {
        let (height, width) = (image.shape[0], image.shape[1])
        let alongRows = Tensor<Float>(shape: image.shape) { output in
            image.withUnsafeElements { input in
                for row in 0..<height {
                    blur(input, from: row * width * 3, count: width, step: 3, channels: 3, into: output)
                }
            }
        }
        return Tensor(shape: image.shape) { output in
            // A whole row is one step down the columns, so that memory is walked along.
            alongRows.withUnsafeElements { blur($0, from: 0, count: height, step: width * 3, channels: width * 3, into: output) }
        }
    }

    /// Blurs along one axis: `count` places of `channels` numbers each, `step` numbers apart.
    private func blur(
        _ input: UnsafeBufferPointer<Float>, from start: Int, count: Int, step: Int, channels: Int,
        into output: UnsafeMutableBufferPointer<Float>
    ) {
        weights.withUnsafeBufferPointer { weights in
            for place in 0..<count {
                let target = start + place * step
                for channel in 0..<channels { output[target + channel] = weights[0] * input[target + channel] }
                for offset in 1..<weights.count {
                    let before = start + max(0, place - offset) * step
                    let after = start + min(count - 1, place + offset) * step
                    let weight = weights[offset]
                    for channel in 0..<channels {
                        output[target + channel] += weight * (input[before + channel] + input[after + channel])
                    }
                }
            }
        }
    }
}
