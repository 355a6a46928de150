import DMFormats
import DMTensors
import Foundation

/// Files that the script `reference-files` made, and the arrays that they hold.
enum ReferenceFile {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read(path(name)) }

    /// The shape of most arrays.
    static let shape = [2, 3, 5]

    /// The types that NumPy has, in the files' order.
    static let numPyTypes: [ElementType] = [
        .bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .float16, .float32, .float64,
    ]

    /// The types that PyTorch has, in the files' order.
    static let torchTypes = numPyTypes + [.bfloat16]

    /// The numbers that an array of a type holds: (37 i + 11) mod 101, moved and scaled so that the type holds them.
    static func numbers(_ type: ElementType, shape: [Int] = shape) -> Tensor<Double> {
        let numbers = (0..<shape.reduce(1, *)).map { Double((37 * $0 + 11) % 101) }
        return switch type {
        case .bool: Tensor(numbers.map { $0.truncatingRemainder(dividingBy: 2) }, shape: shape)
        case .uint8, .uint16, .uint32, .uint64: Tensor(numbers, shape: shape)
        case .int8, .int16, .int32, .int64: Tensor(numbers.map { $0 - 50 }, shape: shape)
        case .float16, .bfloat16, .float32, .float64: Tensor(numbers.map { ($0 - 50) / 8 }, shape: shape)
        }
    }

    /// The same as an array of a file.
    static func array(_ type: ElementType, shape: [Int] = shape) -> StoredArray {
        StoredArray(converting: numbers(type, shape: shape), to: type)
    }
}
