import Foundation

/// Writes protocol buffer messages, field by field.
struct MessageWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: UInt64, number: Int64) {
        varint(field << 3)
        varint(UInt64(bitPattern: number))
    }

    mutating func add(_ field: UInt64, bytes: [UInt8]) {
        varint(field << 3 | 2)
        varint(UInt64(bytes.count))
        self.bytes += bytes
    }

    mutating func add(_ field: UInt64, text: String) { add(field, bytes: Array(text.utf8)) }

    private mutating func varint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// The bytes of a TensorProto of single-precision numbers.
func tensorFile(_ numbers: [Float], shape: [Int]) -> [UInt8] {
    var tensor = MessageWriter()
    for extent in shape { tensor.add(1, number: Int64(extent)) }
    tensor.add(2, number: 1)
    tensor.add(9, bytes: numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) } })
    return tensor.bytes
}

/// The bytes of a model of one node.
func modelFile(_ operation: String, inputs: [String] = ["x", "y"], outputs: [String] = ["z"]) -> [UInt8] {
    var node = MessageWriter()
    for name in inputs { node.add(1, text: name) }
    for name in outputs { node.add(2, text: name) }
    node.add(4, text: operation)
    var graph = MessageWriter()
    graph.add(1, bytes: node.bytes)
    for (field, names) in [(UInt64(11), inputs), (12, outputs)] {
        for name in names {
            var port = MessageWriter()
            port.add(1, text: name)
            graph.add(field, bytes: port.bytes)
        }
    }
    var version = MessageWriter()
    version.add(2, number: 17)
    var model = MessageWriter()
    model.add(1, number: 8)
    model.add(7, bytes: graph.bytes)
    model.add(8, bytes: version.bytes)
    return model.bytes
}
