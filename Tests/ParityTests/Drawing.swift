import DMLayers
import DMTensors

/// Weights and inputs drawn from Philox, each from a stream named after it; `scripts/parity/drawing.py` draws the same.
enum Drawing {
    /// Numbers in center - spread ..< center + spread.
    static func tensor<Scalar: FloatingPointScalar>(
        _ name: String, _ shape: [Int], spread: Double = 1, center: Double = 0
    ) -> Tensor<Scalar> {
        var random = RandomSource(seed: hash(name))
        let signed = random.uniform(shape: shape) * Scalar(2) - Scalar(1)
        return signed * Scalar(spread) + Scalar(center)
    }

    /// Classes, and 255 for a share of `ignored`.
    static func labels(_ name: String, _ shape: [Int], classes: Int, ignored: Double = 0.1) -> Tensor<Int32> {
        let numbers: Tensor<Double> = tensor(name, shape, spread: 0.5, center: 0.5)
        let labels = numbers.scalars.map { Int32($0 * Double(classes) / (1 - ignored)) }
        return Tensor(labels.map { $0 < classes ? $0 : 255 }, shape: shape)
    }

    /// Draws every parameter and running statistic of a module.
    ///
    /// The shifts of batch normalizations lie around `shift` and -`shift`, channel by channel in turn: a ReLU
    /// behind them seldom sees a number so near zero that rounding decides its gradient.
    static func fill(_ module: inout some Module, for name: String, shift: Float = 2.5) {
        let names = Set(module.state.names)
        module.updateState { value, path, _ in
            let (spread, center) = spreadAndCenter(path, value.shape)
            value = tensor("\(name)/\(path)", value.shape, spread: spread, center: center)
            if path.hasSuffix("bias"), names.contains(path.dropLast(4) + "running_mean") {
                value += Tensor((0..<value.count).map { $0.isMultiple(of: 2) ? shift : -shift })
            }
        }
    }

    /// FNV-1a with 64 bits (Fowler, Noll and Vo).
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private static func spreadAndCenter(_ name: String, _ shape: [Int]) -> (spread: Double, center: Double) {
        switch shape.count {
        case 4: ((6 / Double(shape[0] * shape[1] * shape[2])).squareRoot(), 0)
        case 2: ((3 / Double(shape[0])).squareRoot(), 0)
        default:
            if name.hasSuffix("running_var") {
                (0.5, 1)
            } else if name.hasSuffix("sampling_offsets.bias") {
                (1.5, 0)
            } else if name.hasSuffix("weight") {
                (0.25, 1)
            } else {
                (0.2, 0)
            }
        }
    }
}
